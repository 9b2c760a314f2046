// What is measured inside a page. Each function runs in the page and is sent there as text: it sees nothing of this file.

// Faults of form, each a sentence. `smallest` is a target's smallest side (WCAG 2.2, 2.5.8).
export const form = ({ lang, dir, smallest }) => {
  const faults = [];
  const root = document.documentElement;
  const told = (element) => `<${element.localName}> "${(element.textContent || element.name || '').trim().slice(0, 30)}"`;
  if (root.lang !== lang || root.dir !== dir) faults.push(`is ${root.lang} ${root.dir}`);
  if (getComputedStyle(document.body).direction !== dir) faults.push(`runs ${getComputedStyle(document.body).direction}`);
  if (!document.title || document.querySelectorAll('h1').length !== 1) faults.push('has not one title and heading');
  if (root.scrollWidth > innerWidth) faults.push(`is ${root.scrollWidth} wide on ${innerWidth}`);
  const pen = document.createElement('canvas').getContext('2d');
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width === 0 || !element.checkVisibility()) continue;
    if (box.left < -0.5 || box.right > innerWidth + 0.5) faults.push(`${told(element)} is beside the screen`);
    const wider = element.scrollWidth > element.clientWidth + 1 && style.display !== 'inline';
    const higher = element.scrollHeight > element.clientHeight + 1 && style.overflowY !== 'visible';
    if (element.localName !== 'input' && (wider || higher)) faults.push(`${told(element)} is cut off`);
    if (element.matches('a, button, input, select, textarea, summary, label:has(input)')) {
      if (Math.min(box.width, box.height) < smallest) faults.push(`${told(element)} is too small to press`);
    }
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (element.matches('input:not([type=radio])') && parseFloat(style.fontSize) < 16)
      faults.push(`${told(element)} is zoomed in on`);
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(' ');
    if (own.trim()) {
      const ink = pen.measureText(own);
      const height = ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent;
      const line = parseFloat(style.lineHeight);
      // Where the letters of two lines meet, neither is read. The highest and the lowest seldom stand above each other.
      if (!(height <= line * 1.1)) faults.push(`${told(element)} is ${height} high in lines of ${line}`);
    }
  }
  return faults;
};

// The letters, beside those known to be drawn, for which this machine draws the box of what it has no letter for. Two that
// nobody has are the control.
export const missing = (known) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 48, height: 48 });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.font = `24px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = (letter) => {
    pen.clearRect(0, 0, 48, 48);
    pen.fillText(letter, 8, 32);
    return pen.getImageData(0, 0, 48, 48).data.filter((_, place) => place % 4 === 3).join();
  };
  const box = drawn('\u0378');
  if (drawn('\u0379') !== box || drawn('a') === box) return { missing: ['anything: there is no box to compare with'], drawn: [] };
  const all = [...new Set(document.title + document.body.innerText)];
  const letters = all.filter((letter) => letter.trim() && !known.includes(letter));
  const none = letters.filter((letter) => drawn(letter) === box);
  return { missing: none, drawn: letters.filter((letter) => !none.includes(letter)) };
};

// What can be reached by keyboard, in the order of the page.
export const reachable = () =>
  [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((element) => element.checkVisibility())
    // Of choices that exclude each other, Tab meets the one that is chosen, or the first.
    .filter((element) => element.type !== 'radio' || element === (element.form.querySelector(':checked') ?? element.form.querySelector('[type=radio]')))
    .map((element, number) => (element.setAttribute('data-number', number), number));

// Where the keyboard is, and whether it shows.
export const focus = () => {
  const { activeElement } = document;
  const style = getComputedStyle(activeElement);
  const shows = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return { number: Number(activeElement.getAttribute('data-number') ?? -1), shows };
};
