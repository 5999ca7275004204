// What the real worker must do in a real browser. Each scenario returns facts; run.mjs judges them.
import { decode, encode, encodeRows } from './words.js';

const PATIENCE = 600_000;

class Worked {
  constructor() {
    this.events = [];
    this.panics = [];
    this.hear = () => {};
    this.worker = new Worker('./start.js', { type: 'module' });
    this.worker.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.events.push(decode(data));
      else this.panics.push(data.panic);
      this.hear();
    };
    this.worker.onerror = event => {
      this.panics.push(event.message);
      this.hear();
    };
  }

  send(request) {
    const bytes = encode(request);
    const rows = request.Train && { data: new Blob([encodeRows(request.Train.data)]) };
    this.worker.postMessage({ bytes, ...rows }, [bytes]);
  }

  /** Take events until one has this name (and passes); earlier ones are kept in `passed`. */
  async until(name, passes = () => true) {
    const deadline = performance.now() + PATIENCE;
    for (let at = 0; ; at += 1) {
      while (at >= this.events.length) {
        if (performance.now() > deadline) throw new Error(`no ${name} came; last: ${brief(this.events.at(-1))}, ${this.panics}`);
        await new Promise(resolve => {
          this.hear = resolve;
          setTimeout(resolve, 1000);
        });
      }
      const event = this.events[at];
      if (event.Failed && name !== 'Failed') throw new Error(`failed: ${event.Failed.message}`);
      if (event.DeviceLost && name !== 'DeviceLost') throw new Error(`lost: ${event.DeviceLost.message}`);
      if (event.Fitted && name !== 'Fitted') throw new Error(`the fit ended before ${name} came`);
      const content = event === name ? {} : event[name];
      if (content && passes(content)) {
        this.passed = this.events.splice(0, at + 1);
        return content;
      }
    }
  }

  end() {
    this.worker.terminate();
  }
}

const brief = event => JSON.stringify(event)?.slice(0, 200);
const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

const spec = {
  hidden: [8, 8], activation: 'Silu', dropout: 0, weight_decay: 0.01, learning_rate: 0.04, schedule: 'Coslog4',
  batch_size: 32, epochs: 6, patience: null, validation_share: 0.2, class_weights: 'Equal', seed: 5,
};

/** A repeatable sequence in [−1, 1). */
const numbers = seed => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 31 - 1;
};

const xor = (n, n_columns = 2) => {
  const next = numbers(9);
  const values = Array.from({ length: n * n_columns }, next);
  const codes = Array.from({ length: n }, (_, i) => Number(values[i * n_columns] > 0 !== values[i * n_columns + 1] > 0));
  return {
    features: { values, n_rows: n, n_columns },
    target: { Classes: { codes, n_classes: 2, weights: [] } },
    n_train: Math.floor(n * 0.8),
  };
};

const waves = n => {
  const data = xor(n);
  const { values } = data.features;
  return { ...data, target: { Values: Array.from({ length: n }, (_, i) => 30 + 5 * Math.sin(3 * values[2 * i]) + values[2 * i + 1]) } };
};

const begin = async choice => {
  const worked = new Worked();
  await worked.until('Ready');
  worked.send({ Start: { choice } });
  const { report } = await worked.until('Device');
  return { worked, report };
};

/** Epochs that take a few seconds on the device at hand, so that a message arrives while they run. */
const long = report => (report.gpu ? 12 : 1500);

const train = (worked, ticket, changes = {}, data = xor(96), resume = null) =>
  worked.send({ Train: { ticket, fit: 0, spec: { ...spec, ...changes }, data, resume } });

const counts = () =>
  new Promise(resolve => {
    const answer = new BroadcastChannel('counts');
    answer.onmessage = ({ data }) => {
      answer.close();
      resolve(data);
    };
    new BroadcastChannel('ask-counts').postMessage(null);
    setTimeout(() => resolve({ dispatches: 0, submits: 0 }), 2000);
  });

const scenarios = {
  /** The device that was chosen and why. */
  async device(choice) {
    const { worked, report } = await begin(choice);
    worked.end();
    return report;
  },

  /** The first 20 losses of both devices, for classes and for values. */
  async compare() {
    const { worked } = await begin('Automatic');
    const answers = [];
    for (const [ticket, data] of [xor(96), waves(90)].entries()) {
      worked.send({ Compare: { ticket, spec: { ...spec, dropout: 0.2, schedule: 'Constant' }, data, steps: 20 } });
      answers.push(await worked.until('Compared'));
    }
    worked.end();
    return answers;
  },

  /** A whole fit, its curve and its network. */
  async fit(choice) {
    const { worked } = await begin(choice);
    train(worked, 1);
    const { network, record } = await worked.until('Fitted');
    const progress = worked.passed.filter(event => event.Progress).map(event => event.Progress);
    worked.end();
    return { network, record, progress };
  },

  /** A fit that was paused gives the same network. Meanwhile nothing comes. */
  async pause(choice) {
    const { worked, report } = await begin(choice);
    const epochs = long(report);
    train(worked, 1, { epochs });
    await worked.until('Progress');
    worked.send({ Pause: { ticket: 1 } });
    const { checkpoint } = await worked.until('Checkpoint');
    await sleep(600);
    const silent = worked.events.length === 0;
    worked.send({ Resume: { ticket: 1 } });
    const paused = await worked.until('Fitted');
    train(worked, 2, { epochs });
    const straight = await worked.until('Fitted');
    worked.end();
    return { silent, step: checkpoint.step, paused: paused.network, straight: straight.network };
  },

  /** Cancelled, it answers soon and with the best so far; what waited is not begun. */
  async cancel(choice) {
    const { worked } = await begin(choice);
    train(worked, 1, { epochs: 1_000_000 });
    await worked.until('Progress');
    const asked = performance.now();
    worked.send({ Cancel: { ticket: 1 } });
    const { record } = await worked.until('Fitted');
    worked.end();
    return { record, took: performance.now() - asked };
  },

  /** The device is lost in mid-training; another worker goes on from the checkpoint. */
  async lose(choice) {
    const first = await begin(choice);
    const epochs = long(first.report);
    train(first.worked, 1, { epochs });
    await first.worked.until('Progress', ({ point }) => point.epoch >= 2);
    first.worked.send({ Pause: { ticket: 1 } });
    const { checkpoint } = await first.worked.until('Checkpoint');
    first.worked.send({ Resume: { ticket: 1 } });
    first.worked.send('LoseDevice');
    const { message } = await first.worked.until('DeviceLost');
    first.worked.end();
    const second = await begin(choice);
    train(second.worked, 1, { epochs }, xor(96), checkpoint);
    const { record, network } = await second.worked.until('Fitted');
    const begun = second.worked.passed.find(event => event.Progress)?.Progress.point.epoch;
    train(second.worked, 2, { epochs });
    const straight = await second.worked.until('Fitted');
    second.worked.end();
    return { message, epochs, checkpoint, record, network, straight, begun };
  },

  /** The playground: a first frame without a step, one by one, then by itself until told to stop. */
  async play(choice) {
    const { worked } = await begin(choice);
    const play = { ticket: 3, spec, data: xor(64), resolution: 16, steps_per_frame: 0 };
    worked.send({ Play: play });
    const { frame: first } = await worked.until('Frame');
    worked.send({ PlayStep: { ticket: 3, steps: 2 } });
    const { frame: second } = await worked.until('Frame');
    worked.send({ PlaySpeed: { ticket: 3, steps_per_frame: 1 } });
    await worked.until('Frame');
    const { frame: last } = await worked.until('Frame');
    worked.end();
    return { first, second, last };
  },

  /** Launches and milliseconds of a step, once shaders are compiled, and how fast the page is heard in between. */
  async cost(choice, n_columns, width, batch_size, epochs) {
    const { worked } = await begin(choice);
    const data = { ...xor(4 * batch_size, n_columns), n_train: 4 * batch_size };
    const of = changes => ({ hidden: [width, width], batch_size, learning_rate: 0.01, ...changes });
    train(worked, 1, of({ epochs: 1 }), data);
    await worked.until('Fitted');
    const before = await counts();
    const started = performance.now();
    train(worked, 2, of({ epochs }), data);
    await worked.until('Fitted');
    const took = performance.now() - started;
    const after = await counts();
    const steps = 4 * epochs;
    worked.end();
    return {
      milliseconds: took / steps,
      dispatches: (after.dispatches - before.dispatches) / steps,
      submits: (after.submits - before.submits) / steps,
    };
  },
};

window.scenario = (name, ...parts) => scenarios[name](...parts);
