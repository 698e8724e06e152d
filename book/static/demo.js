// LeNet-5 in plain loops: what is drawn is framed as MNIST's digits are, goes through seven layers, and every map is shown.
"use strict";
window.lenet = (() => {
  const A = 1.7159, WHITE = -0.1, BLACK = 1.175, FIELD = 28, BOX = 20;
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const tensor = ({ shape, scale, data }) => ({ shape, values: Float64Array.from(new Int8Array(bytes(data).buffer), (v) => v * scale) });
  const weights = Object.fromEntries(Object.entries(window.LENET.tensors).map(([name, said]) => [name, tensor(said)]));
  const centres = window.LENET.centres.map((row) => Float64Array.from(row, (c) => (c === "#" ? 1 : -1)));
  const samples = window.LENET.samples.map(bytes);

  // 5 × 5 kernels over maps of side × side; a layer is tanh of a sum and a bias.
  const convolve = (x, side, name) => {
    const [outputs, inputs, k] = weights[`${name}.w`].shape, w = weights[`${name}.w`].values, b = weights[`${name}.b`].values;
    const to = side - k + 1, y = new Float64Array(outputs * to * to);
    for (let o = 0; o < outputs; o++) for (let r = 0; r < to; r++) for (let c = 0; c < to; c++) {
      let sum = b[o];
      for (let i = 0; i < inputs; i++) for (let u = 0; u < k; u++) for (let v = 0; v < k; v++) {
        sum += w[((o * inputs + i) * k + u) * k + v] * x[(i * side + r + u) * side + c + v];
      }
      y[(o * to + r) * to + c] = Math.tanh(sum);
    }
    return y;
  };
  const subsample = (x, side, name) => {
    const w = weights[`${name}.w`].values, b = weights[`${name}.b`].values, to = side / 2;
    const y = new Float64Array(w.length * to * to);
    for (let m = 0; m < w.length; m++) for (let r = 0; r < to; r++) for (let c = 0; c < to; c++) {
      const at = (m * side + 2 * r) * side + 2 * c;
      y[(m * to + r) * to + c] = Math.tanh(w[m] * (x[at] + x[at + 1] + x[at + side] + x[at + side + 1]) + b[m]);
    }
    return y;
  };
  const full = (x, name) => {
    const [inputs, units] = weights[`${name}.w`].shape, w = weights[`${name}.w`].values, y = Float64Array.from(weights[`${name}.b`].values);
    for (let i = 0; i < inputs; i++) for (let u = 0; u < units; u++) y[u] += x[i] * w[i * units + u];
    return y.map(Math.tanh);
  };

  // 28 × 28 greys, 0 to 255 -> every layer's values and the ten distances.
  const read = (pixels) => {
    const x = new Float64Array(32 * 32).fill(WHITE);
    for (let r = 0; r < FIELD; r++) for (let c = 0; c < FIELD; c++) x[(r + 2) * 32 + c + 2] += pixels[r * FIELD + c] * (BLACK - WHITE) / 255;
    const C1 = convolve(x, 32, "C1"), S2 = subsample(C1, 28, "S2"), C3 = convolve(S2, 14, "C3"), S4 = subsample(C3, 10, "S4");
    const C5 = convolve(S4, 5, "C5"), F6 = full(C5, "F6");
    const distances = centres.map((centre) => centre.reduce((sum, w, j) => sum + (A * F6[j] - w) ** 2, 0));
    return { C1, S2, C3, S4, C5, F6, distances };
  };

  // n greys -> about n·factor, each the mean of what it covers: a matrix of rows.
  const means = (n, factor) => {
    const m = Math.max(1, Math.round(n * factor));
    return Array.from({ length: m }, (_, i) => Float64Array.from({ length: n }, (_, j) =>
      Math.max(Math.min(((i + 1) * n) / m, j + 1) - Math.max((i * n) / m, j), 0) * (m / n)));
  };
  // Ink (side × side, 0 to 1) -> 28 × 28 bytes as in MNIST: its box 20 pixels long, its centre of mass in the middle. Null: no ink.
  const framed = (ink, side) => {
    let top = side, bottom = -1, left = side, right = -1;
    for (let r = 0; r < side; r++) for (let c = 0; c < side; c++) if (ink[r * side + c] > 0.25) {
      top = Math.min(top, r); bottom = Math.max(bottom, r); left = Math.min(left, c); right = Math.max(right, c);
    }
    if (bottom < 0) return null;
    const height = bottom - top + 1, width = right - left + 1, factor = BOX / Math.max(height, width);
    const down = means(height, factor), across = means(width, factor), rows = down.length, columns = across.length;
    const half = down.map((row) => Float64Array.from({ length: width }, (_, c) => row.reduce((sum, share, r) => {
      const grey = share && ink[(top + r) * side + left + c];
      return sum + (grey > 0.25 ? share * grey : 0);
    }, 0)));
    const small = half.map((row) => across.map((shares) => shares.reduce((sum, share, c) => sum + share * row[c], 0)));
    let total = 0, sumR = 0, sumC = 0, most = 0;
    small.forEach((row, r) => row.forEach((grey, c) => { total += grey; sumR += grey * r; sumC += grey * c; most = Math.max(most, grey); }));
    const place = (middle, n) => Math.min(Math.max(Math.round(13.5 - middle), 0), FIELD - n);
    const at = [place(sumR / total, rows), place(sumC / total, columns)], field = new Uint8Array(FIELD * FIELD);
    small.forEach((row, r) => row.forEach((grey, c) => { field[(at[0] + r) * FIELD + at[1] + c] = Math.round((255 * grey) / most); }));
    return field;
  };
  return { read, framed, samples };
})();

{
  const board = document.getElementById("board"), pen = board.getContext("2d", { willReadFrequently: true });
  const body = document.querySelector("#distances tbody"), layers = { C1: [6, 28], S2: [6, 14], C3: [16, 10], S4: [16, 5] };
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = body.insertRow();
    row.innerHTML = `<th scope="row">${digit}</th><td><span class="ink"></span></td><td class="right"></td>`;
    return row;
  });

  // Blue for −1, white for 0, brown for +1; maps side by side.
  const colour = (v) => (v > 0 ? [255 - 90 * v, 255 - 175 * v, 255 - 215 * v] : [255 + 235 * v, 255 + 170 * v, 255 + 30 * v]);
  const show = (name, values, height, width, count, across) => {
    const canvas = document.getElementById(name), down = Math.ceil(count / across), gap = height > 2 ? 1 : 0;
    canvas.width = across * (width + gap);
    canvas.height = down * (height + gap);
    const drawing = canvas.getContext("2d"), image = drawing.createImageData(canvas.width, canvas.height);
    for (let m = 0; m < count; m++) for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) {
      const at = 4 * (((Math.floor(m / across) * (height + gap)) + r) * canvas.width + (m % across) * (width + gap) + c);
      image.data.set([...colour(values[(m * height + r) * width + c]), 255], at);
    }
    drawing.putImageData(image, 0, 0);
  };
  const ask = (pixels) => {
    const started = performance.now(), said = lenet.read(pixels), spent = performance.now() - started;
    for (const [name, [count, side]] of Object.entries(layers)) show(name, said[name], side, side, count, count);
    show("C5", said.C5, 1, 1, 120, 60);
    show("F6", said.F6, 12, 7, 1, 1);
    show("seen", Float64Array.from(pixels, (grey) => grey / 255), 28, 28, 1, 1);
    const best = Math.min(...said.distances), digit = said.distances.indexOf(best);
    document.getElementById("read").textContent = digit;
    document.getElementById("time").textContent = `${spent.toFixed(1)} ms.`;
    rows.forEach((row, d) => {
      row.classList.toggle("best", d === digit);
      row.querySelector(".ink").style.width = `${Math.min(100, said.distances[d] / 1.8)}%`;
      row.cells[2].textContent = said.distances[d].toFixed(1);
    });
  };

  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 280, 280);
  };
  const look = () => {
    const data = pen.getImageData(0, 0, 280, 280).data, pixels = lenet.framed(Float64Array.from({ length: 280 * 280 }, (_, i) => 1 - data[4 * i] / 255), 280);
    if (pixels) ask(pixels);
  };
  let last = null, waiting = false;
  const place = (event) => {
    const box = board.getBoundingClientRect();
    return [((event.clientX - box.left) * 280) / box.width, ((event.clientY - box.top) * 280) / box.height];
  };
  const draw = (event) => {
    if (!last) return;
    const now = place(event);
    Object.assign(pen, { lineWidth: 20, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...now);
    pen.stroke();
    last = now;
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => { waiting = false; look(); });
    }
  };
  board.addEventListener("pointerdown", (event) => { board.setPointerCapture(event.pointerId); last = place(event); draw(event); });
  board.addEventListener("pointermove", draw);
  ["pointerup", "pointercancel"].forEach((name) => board.addEventListener(name, () => { last = null; }));
  document.getElementById("clear").addEventListener("click", clear);
  document.querySelectorAll(".sample-digit").forEach((button) => button.addEventListener("click", () => {
    const pixels = lenet.samples[Number(button.dataset.digit)];
    clear();
    for (let i = 0; i < 28 * 28; i++) if (pixels[i]) {
      pen.fillStyle = `rgb(${255 - pixels[i]}, ${255 - pixels[i]}, ${255 - pixels[i]})`;
      pen.fillRect((i % 28) * 10, Math.floor(i / 28) * 10, 10, 10);
    }
    ask(pixels);
  }));
  clear();
  document.querySelector('.sample-digit[data-digit="3"]').click();
}
