// @ts-check
// The worker, as promises: `ask` waits for an answer, `onState` hears what the worker tells unasked.

/** What the worker answered instead of a value. */
export class Refusal extends Error {
  /** @param {{ kind: string, text: string }} error */
  constructor(error) {
    super(error.text);
    this.kind = error.kind;
  }
}

/** Asked before the worker is there, questions wait for it. */
export class Core {
  constructor() {
    /** @type {Worker|null} */
    this.worker = null;
    this.next = 1;
    /** @type {Map<number, { resolve: (value: any) => void, reject: (reason: any) => void }>} */
    this.waiting = new Map();
    /** @type {any[]} */
    this.early = [];
    /** @type {(state: State) => void} */
    this.listener = () => {};
    /** @type {(text: string) => void} */
    this.broken = () => {};
  }

  /** @param {(state: State) => void} listener */
  onState(listener) {
    this.listener = listener;
  }

  /** @param {(text: string) => void} listener */
  onBroken(listener) {
    this.broken = listener;
  }

  /**
   * Starts the worker from its source text; nothing but a `blob:` address is ever loaded.
   * @param {string} text
   * @param {{ module: WebAssembly.Module, dictionaries: { language: string, bytes: Uint8Array }[], trust: string[] }} start
   * @returns {Promise<State>}
   */
  start(text, start) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(address);
    worker.onmessage = (event) => this.hear(event.data);
    worker.onerror = (event) => this.broken(event.message || "worker");
    this.worker = worker;
    const started = this.ask("start", start);
    for (const message of this.early.splice(0)) worker.postMessage(message);
    return started.finally(() => URL.revokeObjectURL(address));
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} [fields]
   * @param {ArrayBuffer[]} [given]  go over without a copy
   * @returns {Promise<any>}
   */
  ask(name, fields = {}, given = []) {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { resolve, reject });
      const message = { id, ask: name, ...fields };
      if (this.worker) this.worker.postMessage(message, given);
      else this.early.push(message);
    });
  }

  /** Ends the worker and forgets what was asked. */
  end() {
    this.worker?.terminate();
    this.worker = null;
    this.waiting.clear();
    this.early.length = 0;
    this.listener = this.broken = () => {};
  }

  /** @param {any} message */
  hear(message) {
    if (message.tell === "state") return this.listener(message.state);
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) waiting?.reject(new Refusal(message.error));
    else waiting?.resolve(message.value);
  }
}
