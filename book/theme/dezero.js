'use strict';

// In a block, so that its names are its own: the scripts of a page share theirs.
{
    // The buttons above a difference: the changes only, or the whole file.
    document.querySelectorAll('.diff .toggle').forEach((toggle) => {
        const diff = toggle.closest('.diff');
        const buttons = Array.from(toggle.querySelectorAll('button'));
        const show = (button) => {
            const whole = button.dataset.show === 'whole';
            diff.classList.toggle('shows-whole', whole);
            diff.querySelectorAll('.lines details').forEach((details) => {
                details.open = whole;
            });
            buttons.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
        };
        buttons.forEach((button) => button.addEventListener('click', () => show(button)));
    });

    // A copy button copies the command beside it, or the newer version of the difference below it.
    const newCode = (diff) => {
        const lines = Array.from(diff.querySelectorAll('.lines span.line, .lines ins, .lines .gap'));
        return lines.map((line) => (line.matches('.gap') ? '\n' : line.textContent)).join('');
    };

    const write = async (text) => {
        if (navigator.clipboard) {
            return navigator.clipboard.writeText(text);
        }
        // Pages that do not come from a file or by https may only copy what is selected.
        const area = document.body.appendChild(document.createElement('textarea'));
        area.value = text;
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        return done ? undefined : Promise.reject(new Error('not allowed'));
    };

    document.querySelectorAll('button.copy').forEach((button) => {
        const label = button.textContent;
        const say = (text) => {
            button.textContent = text;
            setTimeout(() => {
                button.textContent = label;
            }, 1500);
        };
        button.addEventListener('click', () => {
            const text = button.dataset.text || newCode(button.closest('.diff'));
            write(text).then(() => say('copied'), () => say('cannot copy'));
        });
    });

    // A link into what is folded opens it.
    const openTarget = () => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        for (let box = target && target.closest('details'); box; box = box.parentElement.closest('details')) {
            box.open = true;
        }
        if (target && target.closest('details')) {
            target.scrollIntoView();
        }
    };
    window.addEventListener('hashchange', openTarget);
    openTarget();

    // A box that scrolls can be reached by the keyboard, has a name, and shows where it goes on.
    const headingAbove = (box) => {
        const headings = Array.from(document.querySelectorAll('main :is(h1, h2, h3)'));
        const isAbove = (heading) => heading.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
        const heading = headings.filter(isAbove).pop();
        return heading ? heading.textContent : document.title;
    };

    const nameOf = (box) => {
        const file = box.closest('.listing') && box.closest('.listing').querySelector('.file');
        if (file) {
            return `Code: ${file.textContent}`;
        }
        const mistake = box.closest('.mistake');
        if (mistake) {
            return `${mistake.querySelector('.title strong').textContent}. What is seen`;
        }
        const what = box.querySelector('table') ? 'Table' : box.querySelector('svg') ? 'Picture' : 'Code';
        return `${what}: ${headingAbove(box)}`;
    };

    // Of several boxes that would have the same name, the later ones have a number too.
    const names = new Map();
    const ownName = (name) => {
        names.set(name, (names.get(name) || 0) + 1);
        return names.get(name) > 1 ? `${name}, ${names.get(name)}` : name;
    };
    document.querySelectorAll('main .scroll').forEach((box) => {
        box.setAttribute('aria-label', ownName(box.getAttribute('aria-label')));
    });

    const markEdges = (box) => {
        const edges = box.closest('.edges, pre');
        const rest = box.scrollWidth - box.clientWidth - box.scrollLeft;
        if (edges) {
            edges.classList.toggle('goes-left', box.scrollLeft > 1);
            edges.classList.toggle('goes-right', rest > 1);
        }
    };

    const boxes = document.querySelectorAll('main :is(.scroll, pre > code, pre.seen, .table-wrapper:not(.wide *), .wide, .frame)');

    const lookAt = (box) => {
        if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) {
            box.tabIndex = 0;
            if (!box.hasAttribute('aria-label')) {
                box.setAttribute('role', 'group');
                box.setAttribute('aria-label', ownName(nameOf(box)));
            }
        } else {
            box.removeAttribute('tabindex');
        }
        markEdges(box);
    };

    const sizes = new ResizeObserver((entries) => entries.forEach((entry) => lookAt(entry.target)));
    boxes.forEach((box) => {
        lookAt(box);
        sizes.observe(box);
        box.addEventListener('scroll', () => markEdges(box), { passive: true });
        // Opened folds make it wider.
        box.addEventListener('toggle', () => lookAt(box), true);
    });

    // What mdBook's page lacks for those who do not use a mouse or cannot see it.
    const skip = document.createElement('a');
    skip.className = 'skip';
    skip.href = '#mdbook-content';
    skip.textContent = 'Skip to the text';
    document.getElementById('mdbook-content').tabIndex = -1;
    document.body.prepend(skip);
    document.getElementById('mdbook-menu-bar').setAttribute('role', 'banner');

    // The switch of the sidebar is a label, which no key reaches: a button takes its place.
    const label = document.getElementById('mdbook-sidebar-toggle');
    const anchor = document.getElementById('mdbook-sidebar-toggle-anchor');
    const sidebarButton = document.createElement('button');
    sidebarButton.type = 'button';
    sidebarButton.className = label.className;
    sidebarButton.title = label.title;
    sidebarButton.setAttribute('aria-label', label.title);
    sidebarButton.setAttribute('aria-controls', 'mdbook-sidebar');
    sidebarButton.append(...label.childNodes);
    const tell = () => sidebarButton.setAttribute('aria-expanded', String(anchor.checked));
    sidebarButton.addEventListener('click', () => anchor.click());
    anchor.addEventListener('change', tell);
    tell();
    label.before(sidebarButton);
    label.hidden = true;
    label.style.display = 'none';

    // mdBook's index has no words in other scripts than the Latin one, but it has the texts.
    if (window.elasticlunr) {
        const { Index } = window.elasticlunr;
        const load = Index.load;
        Index.load = (data) => {
            const index = load.call(Index, data);
            const search = index.search;
            index.search = (term, options) => {
                if (!/[^\x00-\x7f]/.test(term)) {
                    return search.call(index, term, options);
                }
                const docs = Object.values(index.documentStore.docs);
                const found = docs.filter((doc) => `${doc.title} ${doc.body}`.includes(term));
                return found.map((doc) => ({ ref: doc.id, score: 1, doc }));
            };
            return index;
        };
    }
}
