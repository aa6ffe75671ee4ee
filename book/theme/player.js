'use strict';

// A run of `backward`, one frame at a time. The frames are on the page; where this script does not
// run, they stand one below the other.
document.querySelectorAll('.player').forEach((player) => {
    const frames = Array.from(player.querySelectorAll('.frames > li'));
    const last = frames.length - 1;
    let current = 0;
    let timer = 0;

    const element = (name, parent, className, text) => {
        const made = document.createElement(name);
        made.className = className;
        made.textContent = text;
        parent.append(made);
        return made;
    };
    const button = (parent, text, act) => {
        const made = element('button', parent, '', text);
        made.type = 'button';
        made.addEventListener('click', act);
        return made;
    };

    const controls = element('div', player, 'controls', '');
    player.querySelector('figcaption').after(controls);
    const back = button(controls, '‹ Back', () => go(current - 1));
    const play = button(controls, 'Play', () => (timer ? stop() : start()));
    const forward = button(controls, 'Forward ›', () => go(current + 1));
    const row = element('div', controls, 'dots', '');
    const dots = frames.map((_, i) => button(row, '', () => go(i)));
    dots.forEach((dot, i) => dot.setAttribute('aria-label', `Frame ${i + 1} of ${frames.length}`));
    const spoken = element('p', player, 'spoken', '');
    spoken.setAttribute('aria-live', 'polite');

    // Shows a frame.
    const show = (index) => {
        current = Math.max(0, Math.min(last, index));
        frames.forEach((frame, i) => {
            frame.classList.toggle('is-shown', i === current);
            point(frame, null);
        });
        const focused = frames.findIndex((frame) => frame.contains(document.activeElement));
        if (focused >= 0 && focused !== current) {
            // It is hidden, and without a focus here the next key would turn the page.
            player.focus({ preventScroll: true });
        }
        const hadFocus = row.contains(document.activeElement);
        dots.forEach((dot, i) => {
            if (i === current) {
                dot.setAttribute('aria-current', 'step');
            } else {
                dot.removeAttribute('aria-current');
            }
            // Tab comes to one dot, the arrows go from dot to dot.
            dot.tabIndex = i === current ? 0 : -1;
        });
        if (hadFocus) {
            dots[current].focus();
        }
        back.setAttribute('aria-disabled', String(current === 0));
        forward.setAttribute('aria-disabled', String(current === last));
    };
    const say = () => {
        const sentence = frames[current].querySelector('.sentence').textContent;
        spoken.textContent = `Frame ${current + 1} of ${frames.length}. ${sentence}`;
    };
    const go = (index) => {
        stop();
        show(index);
        say();
    };

    const stop = () => {
        clearTimeout(timer);
        timer = 0;
        play.textContent = 'Play';
    };
    const start = () => {
        show(current === last ? 0 : current);
        say();
        play.textContent = 'Pause';
        wait();
    };
    // Long enough to read the sentence.
    const wait = () => {
        const length = frames[current].querySelector('.sentence').textContent.length;
        timer = setTimeout(() => {
            show(current + 1);
            say();
            if (current === last) {
                stop();
            } else {
                wait();
            }
        }, 1200 + 40 * length);
    };

    // Marks the call that the reader points at, in the drawing and below it; none if `call` is null.
    const point = (frame, call) => {
        frame.querySelectorAll('[data-call]').forEach((target) => {
            const isChosen = target.dataset.call === call;
            const isRight = frame.querySelector(`button[data-call="${target.dataset.call}"]`).dataset.right;
            target.classList.toggle('is-right', isChosen && isRight === 'true');
            target.classList.toggle('is-wrong', isChosen && isRight !== 'true');
            if (target.matches('button')) {
                target.setAttribute('aria-pressed', String(isChosen));
            }
        });
        const answer = frame.querySelector('.answer');
        if (answer) {
            const chosen = frame.querySelector('button[aria-pressed="true"]');
            answer.textContent = chosen ? chosen.dataset.answer : '';
            spoken.textContent = answer.textContent;
            if (chosen) {
                answer.scrollIntoView({ block: 'nearest' });
            }
        }
    };
    frames.forEach((frame) => {
        frame.querySelectorAll('.question').forEach((question) => question.removeAttribute('hidden'));
        frame.querySelectorAll('[data-call]').forEach((target) => {
            target.addEventListener('click', () => {
                stop();
                point(frame, target.dataset.call);
            });
        });
    });

    // A click anywhere in the player gives it the arrow keys, which else turn the book's pages.
    player.tabIndex = -1;
    const keys = {
        ArrowLeft: () => current - 1,
        ArrowRight: () => current + 1,
        Home: () => 0,
        End: () => last,
    };
    player.addEventListener('keydown', (event) => {
        const target = keys[event.key];
        if (target && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            event.stopPropagation();
            go(target());
        }
    });

    player.classList.add('plays');
    show(0);
});
