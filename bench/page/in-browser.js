// What runs in the browser: the exported page's network worker, spoken to as the page speaks to it.

/** Opens the model with so many threads; says what computes. */
globalThis.openNetwork = async ({ worker, threads }) => {
  const base = new URL(".", location.href).href;
  const json = async (name) => await (await fetch(name)).json();
  const [model, runtime] = [await json("model.json"), await json("runtime/runtime.json")];
  globalThis.networkWorker?.terminate();
  const started = new Worker(worker, { type: "module" });
  const { port1, port2 } = new MessageChannel();
  port2.start();
  Object.assign(globalThis, { networkWorker: started, networkPort: port2 });
  const plan = { form: "plain", provider: "wasm", threads };
  const argument = { plan, fastest: false, model, runtime, base, port: port1 };
  const opened = answerFrom(started);
  started.postMessage({ kind: "call", id: 1, name: "open", argument }, [port1]);
  return (await opened).engine;
};

/** Milliseconds of one pass, from handing the picture over to having the answer: the middle of several, and the fastest. */
globalThis.runNetwork = async ({ width, height, base64, passes }) => {
  const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const times = [];
  let first = 0;
  for (let id = 0; id < passes; id++) {
    const begun = performance.now();
    const answered = answerFrom(globalThis.networkPort);
    globalThis.networkPort.postMessage({
      kind: "call",
      id,
      name: "run",
      argument: [{ width, height, data }],
    });
    first = (await answered)[0].probabilities[0];
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return { milliseconds: times[Math.floor(times.length / 2)], fastest: times[0], first };
};

function answerFrom(port) {
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }) =>
      data.kind === "answer" ? resolve(data.value) : reject(new Error(data.message));
  });
}
