// What the browser's test asks of a page. Each function that finds faults lists them.

const describe = (element) => {
    const name = element.tagName.toLowerCase() + (element.className.baseVal ?? `.${element.className}`);
    return `${name}: ${element.textContent.trim().slice(0, 40)}`;
};

const all = (selector) => Array.from(document.querySelectorAll(selector));

const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;

// Nothing moves, the colours of the theme are loaded, and what follows a change of the width has
// been done.
const settle = async () => {
    if (!document.getElementById('still')) {
        const style = document.createElement('style');
        style.id = 'still';
        style.textContent = '* { transition: none !important; }';
        document.head.append(style);
    }
    const frame = () => new Promise((done) => requestAnimationFrame(() => done(true)));
    while (all('link[rel~="stylesheet"]').some((link) => !link.disabled && !link.sheet)) {
        await frame();
    }
    await frame();
    return frame();
};

// On a phone it is hidden from the beginning.
const hideSidebar = () => {
    const anchor = document.getElementById('mdbook-sidebar-toggle-anchor');
    if (anchor.checked) {
        anchor.click();
    }
};

// Whether something between the element and the text scrolls or cuts it.
const isInBox = (element) => {
    for (let box = element.parentElement; box && box.tagName !== 'MAIN'; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') {
            return true;
        }
    }
    return false;
};

const scrolls = (element) => {
    // What is for the ear alone is a point wide.
    const isTooLong = element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    return isTooLong && getComputedStyle(element).overflowX !== 'visible';
};

// What reaches over the right edge of the window.
const tooWide = () => {
    const edge = document.documentElement.clientWidth + 1;
    const isTooWide = (element) => {
        const { width, right } = element.getBoundingClientRect();
        return width > 0 && right > edge && !isInBox(element);
    };
    return all('main, main *').filter(isTooWide).map(describe);
};

// What scrolls and cannot be reached by the keyboard, or has no name for those who cannot see it.
const unnamedBoxes = () => {
    const isUnnamed = (element) => {
        const isNamed = element.tabIndex >= 0 && element.getAttribute('aria-label');
        return scrolls(element) && !isNamed && isShown(element);
    };
    return all('main *').filter(isUnnamed).map(describe);
};

// What has the name of another box, for those who cannot see which is which.
const sameNames = () => {
    const names = all('main [role="group"]').filter(isShown).map((box) => box.getAttribute('aria-label'));
    return names.filter((name, i) => names.indexOf(name) < i);
};

// The texts in some parts of a drawing that are smaller on the screen than can be read.
const smallTexts = (drawing, parts) => {
    const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    const isSmall = (text) => parseFloat(getComputedStyle(text).fontSize) * scale < 11;
    return parts.flatMap((part) => Array.from(part.querySelectorAll('text'))).filter(isSmall).map(describe);
};

// One drawing of each picture is shown, and its words can be read.
const badPictures = () => all('.picture').flatMap((picture) => {
    const drawings = Array.from(picture.querySelectorAll('svg')).filter(isShown);
    if (drawings.length !== 1) {
        return [`${drawings.length} drawings: ${describe(picture)}`];
    }
    return smallTexts(drawings[0], drawings);
});

// So can those of a run, in its first frame: the others are as large.
const badRuns = () => players().flatMap((player) => {
    const drawings = Array.from(framesOf(player)[0].querySelectorAll('svg')).filter(isShown);
    if (drawings.length !== 1) {
        return [`${drawings.length} drawings: ${describe(player)}`];
    }
    return smallTexts(drawings[0], [drawings[0], baseOf(drawings[0])]);
});

// The texts that all frames have in common, which are drawn by reference.
const baseOf = (drawing) => document.querySelector(drawing.querySelector('use').getAttribute('href'));

// It is not wider than the screen, and what scrolls can be reached by the keyboard and has a name.
const faultsOnScreen = async () => {
    if (innerWidth < 620) {
        hideSidebar();
    }
    const faults = [];
    for (const theme of ['light', 'navy']) {
        document.getElementById(`mdbook-theme-${theme}`).click();
        await settle();
        faults.push(...tooWide().map((fault) => `${theme}: too wide: ${fault}`));
        faults.push(...badPictures().concat(badRuns()).map((fault) => `${theme}: cannot be read: ${fault}`));
        faults.push(...unnamedBoxes().map((fault) => `${theme}: no key, no name: ${fault}`));
        faults.push(...sameNames().map((name) => `${theme}: two boxes are called "${name}"`));
    }
    return faults;
};

// What would have to be scrolled on a sheet.
const cut = () => all('main *').filter(scrolls).filter(isShown).map(describe);

const besideTheText = () => {
    const parts = '.sidebar, #mdbook-menu-bar, .nav-chapters, .mobile-nav-chapters, button, .skip';
    return all(parts).filter(isShown).map(describe);
};

// How light a colour is, from 0 to 1.
const light = (colour) => {
    const [red, green, blue, opacity = 1] = colour.match(/[\d.]+/g).map(Number);
    return opacity < 0.2 ? 1 : Math.max(red, green, blue) / 255;
};

const darkOnPaper = () => {
    const isDark = (element) => light(getComputedStyle(element).backgroundColor) < 0.7;
    const isPale = (element) => light(getComputedStyle(element).color) > 0.75;
    const texts = all('main p, main li, main code, main td, main .line').filter(isPale);
    return all('html, body, main :not(span, b, var, sub, svg *)').filter(isDark).concat(texts).filter(isShown).map(describe);
};

const faultsOnPaper = () => [
    ...tooWide().map((fault) => `too wide: ${fault}`),
    ...cut().map((fault) => `cut: ${fault}`),
    ...besideTheText().map((fault) => `beside the text: ${fault}`),
    ...darkOnPaper().map((fault) => `dark: ${fault}`),
    ...hiddenFrames(),
];

// The frames of a run stand one below the other where it cannot be stepped through.
const hiddenFrames = () => {
    const hidden = all('.player .frames > li').filter((frame) => !isSeen(frame));
    const controls = all('.player :is(.controls, .question)').filter(isSeen);
    return [
        ...hidden.map((frame) => `a frame is hidden: ${describe(frame)}`),
        ...controls.map((control) => `nothing would happen: ${describe(control)}`),
    ];
};

// Not only has it a place.
const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

const whole = (file = 'lib') => document.getElementById(`whole-src-${file}-rs`);

const shown = (box, selector) => Array.from(box.querySelectorAll(selector)).some(isShown);

const sign = (line) => {
    const { content } = getComputedStyle(whole().querySelector(line), '::before');
    return content.replaceAll('"', '');
};

const coloured = (selector) => {
    const element = document.querySelector(selector);
    return getComputedStyle(element).color !== getComputedStyle(element.parentElement).color;
};

const selectedText = (element) => {
    getSelection().selectAllChildren(element);
    return getSelection().toString();
};

// What is selected with a difference and is not in the newer version.
const wronglySelected = (diff) => {
    const textOf = (line) => line.textContent.trim();
    const selected = selectedText(diff.querySelector('.lines')).split('\n').map((line) => line.trim());
    const kept = Array.from(diff.querySelectorAll('span.line, ins')).map(textOf);
    return selected.filter((line) => line && !kept.includes(line));
};

// Whether the head of a large table is in sight at its end.
const keepsItsHead = (box) => {
    box.scrollTop = box.scrollHeight;
    const head = box.querySelector('th').getBoundingClientRect();
    return box.scrollTop > 0 && Math.abs(head.top - box.getBoundingClientRect().top) < 2;
};

const search = (word) => {
    const bar = document.getElementById('mdbook-searchbar');
    bar.value = word;
    bar.dispatchEvent(new KeyboardEvent('keyup'));
};

const isAnswered = (word) => {
    const header = document.getElementById('mdbook-searchresults-header');
    return isShown(header) && header.textContent.includes(word);
};

const players = () => all('.player');

const framesOf = (player) => Array.from(player.querySelectorAll('.frames > li'));

// The number of the one frame that is shown; all of them if they are several.
const shownFrame = (player) => {
    const numbers = framesOf(player).map((frame, i) => (isSeen(frame) ? i : -1)).filter((i) => i >= 0);
    return numbers.length === 1 ? numbers[0] : numbers;
};

// The numbers of the frames that ask for the next call.
const framesThatAsk = (player) => {
    const asks = framesOf(player).map((frame, i) => (frame.querySelector('.question') ? i : -1));
    return asks.filter((i) => i >= 0);
};

const shownSoon = async (player) => {
    await settle();
    return shownFrame(player);
};

const forwardButton = (player) => player.querySelector('.controls button:nth-of-type(3)');

// Where a click on an element goes, once it is in sight.
const middleOf = (element) => {
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
};

const isOnTop = (element) => {
    const { x, y } = middleOf(element);
    return element === document.elementFromPoint(x, y);
};

// Whether it is within the window, once the page has come to rest.
const comesInSight = async (element) => {
    for (let frames = 0; frames < 200; frames += 1) {
        const { top, bottom } = element.getBoundingClientRect();
        if (top >= 0 && bottom <= innerHeight) {
            return true;
        }
        await new Promise(requestAnimationFrame);
    }
    return false;
};

// A list of what is not as it is expected.
const collect = () => {
    const faults = [];
    const expect = (what, found, expected) => {
        if (JSON.stringify(found) !== JSON.stringify(expected)) {
            faults.push(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
        }
    };
    return { faults, expect };
};

// From the first frame to the last by clicks on Forward. Nothing jumps on the way.
const faultsOfClicks = async (player) => {
    const { faults, expect } = collect();
    if (innerWidth < 620) {
        hideSidebar();
    }
    await settle();
    const { length } = framesOf(player);
    const height = player.getBoundingClientRect().height;
    expect('it plays', player.classList.contains('plays'), true);
    expect('the button', forwardButton(player).textContent, 'Forward ›');
    const dots = Array.from(player.querySelectorAll('.dots button'));
    dots[0].click();
    for (let i = 0; i < length; i += 1) {
        expect(`after ${i} clicks`, shownFrame(player), i);
        expect(`the height of frame ${i}`, player.getBoundingClientRect().height, height);
        expect(`the dot of frame ${i}`, dots.map((dot) => dot.getAttribute('aria-current')).indexOf('step'), i);
        const isLast = i === length - 1;
        expect('the end', forwardButton(player).getAttribute('aria-disabled'), String(isLast));
        forwardButton(player).click();
    }
    expect('after one more', shownFrame(player), length - 1);
    return faults;
};

// From the first frame to the last and back by keys.
const faultsOfKeys = (player) => {
    const { faults, expect } = collect();
    const last = framesOf(player).length - 1;
    const press = (key, frame) => {
        player.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        expect(`after ${key}`, shownFrame(player), frame);
    };
    press('Home', 0);
    press('ArrowLeft', 0);
    for (let frame = 1; frame <= last; frame += 1) {
        press('ArrowRight', frame);
    }
    press('ArrowRight', last);
    press('ArrowLeft', last - 1);
    press('End', last);
    press('Home', 0);
    return faults;
};

// What the page answers in the frame that is shown, to the buttons and to the boxes of the drawing.
const faultsOfPointing = async (player) => {
    const { faults, expect } = collect();
    const frame = framesOf(player)[shownFrame(player)];
    const height = player.getBoundingClientRect().height;
    for (const button of frame.querySelectorAll('.question button')) {
        const boxes = frame.querySelectorAll(`rect.target[data-call="${button.dataset.call}"]`);
        const box = Array.from(boxes).find(isShown);
        const begin = button.dataset.right === 'true' ? 'Yes. ' : 'No. ';
        for (const target of [button, box]) {
            const name = `${button.textContent}, ${target.tagName}`;
            expect(`${name} can be clicked`, isOnTop(target), true);
            target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
            const answer = frame.querySelector('.answer').textContent;
            expect(name, answer.slice(0, begin.length), begin);
            expect(`${name} is spoken`, player.querySelector('.spoken').textContent, answer);
            expect(`${name} is pressed`, button.getAttribute('aria-pressed'), 'true');
            // On a phone there is no room for it before.
            if (innerWidth > 620) {
                expect(`${name}, height`, player.getBoundingClientRect().height, height);
            }
            const isInSight = await comesInSight(frame.querySelector('.answer'));
            expect(`${name}, answer in sight`, isInSight, true);
            // The next answer is to come from the next click.
            forwardButton(player).click();
            player.querySelector('.controls button').click();
            expect(`${name}, later`, frame.querySelector('.answer').textContent, '');
        }
    }
    return faults;
};

const answersOf = (player) => {
    const buttons = Array.from(player.querySelectorAll('.question button'));
    return buttons.map((button) => button.dataset.answer).join('\n');
};
