'use strict';

// The buttons above a difference: the changes only, or the whole file.
document.querySelectorAll('.diff .toggle').forEach((toggle) => {
    const diff = toggle.closest('.diff');
    const buttons = Array.from(toggle.querySelectorAll('button'));
    const show = (button) => {
        const whole = button.dataset.show === 'whole';
        diff.classList.toggle('shows-whole', whole);
        diff.querySelectorAll('details').forEach((details) => {
            details.open = whole;
        });
        buttons.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
    };
    buttons.forEach((button) => button.addEventListener('click', () => show(button)));
});
