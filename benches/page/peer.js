// One peer in a classic worker: `{ peer, file }` in, `{ seconds, n_rows, n_columns, sample }` out. The clock runs from the file to
// typed columns (or typed rows, where a library has nothing else): reading, decoding and types belong to the job.

const scripts = {
  uDSV: 'udsv/dist/uDSV.iife.min.js',
  PapaParse: 'papaparse/papaparse.min.js',
  'd3-dsv': 'd3-dsv/dist/d3-dsv.min.js',
  Arquero: 'arquero/dist/arquero.min.js',
};

const readers = {
  async uDSV(file) {
    const text = await file.text();
    const columns = uDSV.initParser(uDSV.inferSchema(text)).typedCols(text);
    return { n_rows: columns[0].length, n_columns: columns.length, keep: columns };
  },
  PapaParse(file) {
    return new Promise((complete, error) => {
      Papa.parse(file, {
        header: false, dynamicTyping: true, skipEmptyLines: true, error,
        complete: ({ data }) => complete({ n_rows: data.length - 1, n_columns: data[0].length, keep: data }),
      });
    });
  },
  async 'd3-dsv'(file) {
    const rows = d3.csvParse(await file.text(), d3.autoType);
    return { n_rows: rows.length, n_columns: rows.columns.length, keep: rows };
  },
  async Arquero(file) {
    const table = aq.fromCSV(await file.text());
    return { n_rows: table.numRows(), n_columns: table.numCols(), keep: table };
  },
};

onmessage = async ({ data: { peer, file } }) => {
  try {
    importScripts(`/node_modules/${scripts[peer]}`);
    const start = performance.now();
    const { n_rows, n_columns, keep } = await readers[peer](file);
    const seconds = (performance.now() - start) / 1000;
    self.keep = keep;
    postMessage({ seconds, n_rows, n_columns });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
