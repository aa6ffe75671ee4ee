// What the browser's test asks of a page. Each function that finds faults lists them.

const describe = (element) => {
    const name = element.tagName.toLowerCase() + (element.className.baseVal ?? `.${element.className}`);
    return `${name}: ${element.textContent.trim().slice(0, 40)}`;
};

const all = (selector) => Array.from(document.querySelectorAll(selector));

const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;

// Nothing moves, and what follows a change of the width has been done.
const settle = async () => {
    if (!document.getElementById('still')) {
        const style = document.createElement('style');
        style.id = 'still';
        style.textContent = '* { transition: none !important; }';
        document.head.append(style);
    }
    const frame = () => new Promise((done) => requestAnimationFrame(() => done(true)));
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
    const isTooLong = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
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

const search = (word) => {
    const bar = document.getElementById('mdbook-searchbar');
    bar.value = word;
    bar.dispatchEvent(new KeyboardEvent('keyup'));
};

const isAnswered = (word) => {
    const header = document.getElementById('mdbook-searchresults-header');
    return isShown(header) && header.textContent.includes(word);
};
