// The words of src/job/neural.rs in JavaScript, so that a test needs no page: postcard is varints, little-endian floats
// and variants by their number. A type is { write(out, value), read(input) }.

const varint = {
  write(out, value) {
    let rest = BigInt(value);
    for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    out.push(Number(rest));
  },
  read(input) {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = input.bytes[input.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  },
};
const float = (size, put, get) => ({
  write(out, value) {
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer)[put](0, value, true);
    out.push(...bytes);
  },
  read(input) {
    const view = new DataView(input.bytes.buffer, input.bytes.byteOffset + input.at, size);
    input.at += size;
    return view[get](0, true);
  },
});
const f32 = float(4, 'setFloat32', 'getFloat32');
const f64 = float(8, 'setFloat64', 'getFloat64');
const bool = { write: (out, value) => out.push(Number(value)), read: input => input.bytes[input.at++] === 1 };
const text = {
  write(out, value) {
    const bytes = new TextEncoder().encode(value);
    varint.write(out, bytes.length);
    out.push(...bytes);
  },
  read(input) {
    const size = varint.read(input);
    input.at += size;
    return new TextDecoder().decode(input.bytes.slice(input.at - size, input.at));
  },
};
const list = type => ({
  write(out, values) {
    varint.write(out, values.length);
    for (const value of values) type.write(out, value);
  },
  read: input => Array.from({ length: varint.read(input) }, () => type.read(input)),
});
const several = (type, n) => ({
  write: (out, values) => values.forEach(value => type.write(out, value)),
  read: input => Array.from({ length: n }, () => type.read(input)),
});
const optional = type => ({
  write(out, value) {
    out.push(value === null ? 0 : 1);
    if (value !== null) type.write(out, value);
  },
  read: input => (input.bytes[input.at++] ? type.read(input) : null),
});
const struct = fields => ({
  write(out, value) {
    for (const [name, type] of Object.entries(fields)) type.write(out, value[name]);
  },
  read: input => Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, type.read(input)])),
});
/** Variants in order: a name alone, or [name, type]. A value is the name, or { [name]: content }. */
const choice = (...variants) => ({
  write(out, value) {
    const name = typeof value === 'string' ? value : Object.keys(value)[0];
    const index = variants.findIndex(v => [v].flat()[0] === name);
    varint.write(out, index);
    if (Array.isArray(variants[index])) variants[index][1].write(out, value[name]);
  },
  read(input) {
    const variant = variants[varint.read(input)];
    return Array.isArray(variant) ? { [variant[0]]: variant[1].read(input) } : variant;
  },
});

const spec = struct({
  hidden: list(varint), activation: choice('Relu', 'Selu', 'Silu', 'Tanh'), dropout: f32, weight_decay: f32,
  learning_rate: f32, schedule: choice('Constant', 'Cosine', 'Coslog4'), batch_size: varint, epochs: varint,
  patience: optional(varint), validation_share: f32, class_weights: choice('Equal', 'Balanced', ['Given', list(f32)]),
  seed: varint,
});
const data = struct({
  features: struct({ values: list(f32), n_rows: varint, n_columns: varint }),
  target: choice(['Classes', struct({ codes: list(varint), n_classes: varint, weights: list(f32) })], ['Values', list(f32)]),
  n_train: varint,
});
const layer = struct({ weights: list(f32), bias: list(f32), n_inputs: varint, n_outputs: varint });
const network = struct({
  input_scale: list(f32), layers: list(layer), activation: choice('Relu', 'Selu', 'Silu', 'Tanh'),
  head: choice('Softmax', ['Value', struct({ center: f32, scale: f32 })]),
});
const point = struct({
  epoch: varint, step: varint, train_loss: f32, validation_loss: f32, train_score: f32, validation_score: f32,
});
const checkpoint = struct({
  epoch: varint, step: varint, tensors: list(several(list(f32), 3)), sums: several(list(f32), 2),
  best: optional(network), best_epoch: varint, best_loss: f32, curve: list(point), seconds: f64,
});
const record = struct({
  curve: list(point), best_epoch: varint, epochs_run: varint,
  stopped: choice('AllEpochs', 'Early', 'Cancelled', 'Diverged'), device: text, seconds: f64,
});
const fit = { ticket: varint, fit: varint };
const ticket = { ticket: varint };

const request = choice(
  ['Start', struct({ choice: choice('Automatic', 'Cpu') })],
  // The prepared rows lie beside the message.
  ['Train', struct({ ...fit, spec, resume: optional(checkpoint) })],
  ['Pause', struct(ticket)],
  ['Resume', struct(ticket)],
  ['Cancel', struct(ticket)],
  ['Play', struct({ ...ticket, spec, data, resolution: varint, steps_per_frame: varint })],
  ['PlayStep', struct({ ...ticket, steps: varint })],
  ['PlaySpeed', struct({ ...ticket, steps_per_frame: varint })],
  'LoseDevice',
  ['Compare', struct({ ...ticket, spec, data, steps: varint })],
);
const event = choice(
  'Ready',
  ['Device', struct({ report: struct({ gpu: bool, name: text, reason: text }) })],
  ['Progress', struct({ ...fit, point, epochs: varint, rows_per_second: f64, seconds_left: f64 })],
  ['Checkpoint', struct({ ...fit, checkpoint })],
  ['Fitted', struct({ ...fit, network, record })],
  ['Failed', struct({ ...fit, message: text })],
  ['DeviceLost', struct({ message: text })],
  ['Frame', struct({
    ...ticket,
    frame: struct({ point, resolution: varint, surface: list(list(f32)), units: list(list(list(f32))), network }),
  })],
  ['Compared', struct({ ...ticket, cpu: list(f32), gpu: list(f32) })],
);

const written = (type, value) => {
  const out = [];
  type.write(out, value);
  return new Uint8Array(out).buffer;
};
export const encode = value => written(request, value);
export const encodeRows = value => written(data, value);
export const decode = buffer => {
  const input = { bytes: new Uint8Array(buffer), at: 0 };
  const value = event.read(input);
  if (input.at !== input.bytes.length) throw new Error(`${input.bytes.length - input.at} bytes of an event were left over`);
  return value;
};
