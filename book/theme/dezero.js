'use strict';

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
