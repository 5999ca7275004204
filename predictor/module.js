
const PROGRAM = '%HEARTH-PROGRAM%';
const MODEL = '%HEARTH-MODEL%';

/** Unpacks the program and the model in this file. */
export async function load() {
  const [program, model] = await Promise.all([unpack(PROGRAM), unpack(MODEL)]);
  return Predictor.open(program, model);
}
