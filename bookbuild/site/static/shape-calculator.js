// Puts number fields above each table of output sizes, and shows size and formula as one types.
"use strict";

const shapeCalculator = (() => {
  const AXES = [say("height"), say("width")];

  // Returns a text in the language of the page, which holds it as shapeCalculatorWords, with values.
  function say(text, values = {}) {
    const said = globalThis.shapeCalculatorWords?.[text] ?? text;
    return said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  const LARGEST = 100000;
  const SYMBOLS = "⌊(n − k + p + s) / s⌋";
  const QUANTITIES = {
    input: { label: say("Input n"), least: 1, start: 8 },
    kernel: { label: say("Kernel k"), least: 1, start: 3 },
    padding: { label: say("Padding p, both sides together"), least: 0, start: 2 },
    stride: { label: say("Stride s"), least: 1, start: 1 },
  };

  // Takes the texts of the fields, {input: [height, width], kernel, padding, stride}, and returns
  // {shape, formulas, code}, or {error, wrong} with one sentence and the [quantity, axis] at fault.
  function outputShape(texts) {
    const numbers = {};
    for (const [name, { least }] of Object.entries(QUANTITIES)) {
      numbers[name] = texts[name].map(text => (/^\d+$/.test(text.trim()) ? Number(text) : -1));
      const axis = numbers[name].findIndex(number => number < least || number > LARGEST);
      if (axis >= 0) {
        const came = texts[name][axis].trim();
        const values = { axis: AXES[axis], name: say(name), least, most: LARGEST, came };
        const error = came
          ? say("The {axis} of the {name} must be a whole number from {least} to {most}, not {came}.",
            values)
          : say("The {axis} of the {name} must be a whole number from {least} to {most}.", values);
        return { error, wrong: [name, axis] };
      }
    }
    const { input, kernel, padding, stride } = numbers;
    const tooLarge = AXES.findIndex((_, i) => kernel[i] > input[i] + padding[i]);
    if (tooLarge >= 0) {
      const padded = input[tooLarge] + padding[tooLarge];
      const error = say(
        "The {axis} of the kernel, {kernel}, is larger than that of the padded input, {padded}: " +
        "take a smaller kernel or more padding.",
        { axis: AXES[tooLarge], kernel: kernel[tooLarge], padded });
      return { error, wrong: ["kernel", tooLarge] };
    }
    const shape = AXES.map((_, i) =>
      Math.floor((input[i] - kernel[i] + padding[i] + stride[i]) / stride[i]));
    const formulas = shape.map((size, i) =>
      `${SYMBOLS} = ⌊(${input[i]} − ${kernel[i]} + ${padding[i]} + ${stride[i]}) / ${stride[i]}⌋` +
      ` = ${size}`);
    return { shape, formulas, code: inCode(padding) };
  }

  // Says how the padding is shared out, which is what code asks for.
  function inCode(padding) {
    const [rows, columns] = padding;
    if (rows % 2 === 0 && columns % 2 === 0) {
      return say("In code: ({rows}, {columns}), the rows and columns on either side.",
        { rows: rows / 2, columns: columns / 2 });
    }
    const share = number => [Math.ceil(number / 2), Math.floor(number / 2)];
    const [above, below] = share(rows);
    const [left, right] = share(columns);
    return say(
      "In code, a layer that pads first: {above} above, {below} below, {left} on the left, " +
      "{right} on the right.", { above, below, left, right });
  }

  function field(id, name, axis) {
    const { least, start } = QUANTITIES[name];
    return `<label for="${id}-${name}-${axis}">${AXES[axis]}
      <input type="number" inputmode="numeric" id="${id}-${name}-${axis}" value="${start}"
        min="${least}" max="${LARGEST}" step="1" autocomplete="off"></label>`;
  }

  function attach(place, id) {
    const form = document.createElement("div");
    form.className = "shape-form";
    form.setAttribute("role", "group");
    form.setAttribute("aria-label", say("Calculator of output sizes"));
    form.innerHTML = Object.keys(QUANTITIES).map(name =>
      `<fieldset><legend>${QUANTITIES[name].label}</legend>
        ${field(id, name, 0)} ${field(id, name, 1)}</fieldset>`).join("") +
      `<p class="shape-result" role="status" aria-live="polite"></p>
      <p class="shape-formula"></p>`;
    place.prepend(form);
    const at = (name, axis) => form.querySelector(`#${id}-${name}-${axis}`);
    const [result, formula] = form.querySelectorAll("p");
    const update = () => {
      const texts = {};
      for (const name of Object.keys(QUANTITIES)) {
        texts[name] = AXES.map((_, axis) => at(name, axis).value);
      }
      const { error, wrong, shape, formulas, code } = outputShape(texts);
      form.querySelectorAll("input").forEach(input => input.removeAttribute("aria-invalid"));
      if (error) at(...wrong).setAttribute("aria-invalid", "true");
      result.classList.toggle("shape-error", Boolean(error));
      result.textContent = error || say("Output: {shape}", { shape: shape.join(" x ") });
      formula.innerText = error
        ? ""
        : [...formulas.map((text, axis) => `${AXES[axis]}: ${text}`), code].join("\n");
    };
    form.addEventListener("input", update);
    update();
  }

  document.querySelectorAll(".shape-calculator").forEach((place, i) => attach(place, `shape-${i}`));
  return { outputShape };
})();
