
// The page: a form built from the model's columns, its answer and reasons, files, and the card.

const $ = id => document.getElementById(id);
const text = id => $(id).textContent.trim();

/** An element. Attributes that are null are left out; children are elements and texts. */
function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const svg = ['svg', 'rect', 'line'].includes(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null));
  return element;
}

const counted = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
const percent = share => `${(100 * share).toFixed(1)} %`;
const short = value => value === 0 ? '0' : Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4 ? value.toPrecision(3) : String(Number(value.toPrecision(4)));
/** A class as it is written: one whose name shows nothing stands in quotes. */
const shown = label => label.trim() === '' ? `“${label}”` : label;
const signed = value => `${value < 0 ? '−' : '+'}${short(Math.abs(value))}`;

/** A bar from `from` to `to` of a width of 1, with a line at `axis` where there is one. */
function bar(from, to, kind, axis = null) {
  const [x, width] = [Math.min(from, to), Math.abs(to - from)];
  return make('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    make('rect.track', { width: 100, height: 10 }),
    make(`rect.${kind}`, { x: 100 * x, width: Math.max(100 * width, 0.5), height: 10 }),
    axis === null ? null : make('line.axis', { x1: 100 * axis, x2: 100 * axis, y1: 0, y2: 10 }));
}

function problem(error) {
  const { place, event, kept, cure } = error.problem ?? { place: 'This page', event: `${error.message}.`, kept: '', cure: 'Reload it.' };
  return make('div.problem', { role: 'alert' }, make('strong', {}, `${place}: `), `${event} ${kept} ${cure}`);
}

/** What is promised of an answer, in a sentence. */
function held({ range, possible, unseen }, { words, byClass }) {
  if (unseen.length) return 'Of rows unlike those of the training nothing is promised.';
  if (range) return `Between ${short(range[0])} and ${short(range[1])}: that holds for at least ${words} new rows.`;
  const classes = byClass ? ' of every class' : '';
  if (!possible.length) return `No class is likely enough to be held for ${words} rows${classes}.`;
  return `Could be ${possible.map(label => `“${label}”`).join(' or ')}: that holds for at least ${words} new rows${classes}.`;
}

/** The control of a column. Where steps come first (`stepped`), other texts than those that were seen often may mean something. */
function field(column, index, stepped) {
  const id = `c${index}`;
  const seen = [];
  if (column.range) seen.push(`${column.range[0]} to ${column.range[1]} in training`);
  if (column.unit) seen.push(`in ${column.unit}`);
  if (column.missing === 0) seen.push('never missing');
  else if (column.missing > 0) seen.push(`missing in ${percent(column.missing)}`);
  const about = seen.length ? `${id}h` : null;
  const choice = column.kind === 'text' && column.levels.length > 0 && column.levels.length <= 30 && !(stepped && column.other);
  let control, list = null;
  if (choice) {
    const levels = column.levels.map(level => make('option', { value: level }, level));
    control = make('select', { id, 'aria-describedby': about }, make('option', { value: '' }, 'missing'), ...levels);
  } else {
    const type = column.kind === 'date' ? (column.hasTime ? 'datetime-local' : 'date') : 'text';
    if (column.levels.length) list = make('datalist', { id: `${id}l` }, ...column.levels.map(level => make('option', { value: level })));
    control = make('input', {
      id, type, step: column.hasTime ? '1' : null, autocomplete: 'off', 'aria-describedby': about, list: list && `${id}l`,
      inputmode: column.kind === 'number' ? 'decimal' : null, placeholder: 'missing',
    });
  }
  control.name = column.name;
  return make('div.field', {}, make('label', { for: id }, column.name), control, list, about && make('p', { id: about }, seen.join('; ')));
}

/** The form and what the model answers. */
function oneRow(model) {
  const { columns, target, labels, threshold, promise, steps } = model.facts;
  const fields = columns.map((column, index) => field(column, index, steps.length > 0));
  const controls = fields.map(f => f.querySelector('input, select'));
  const says = make('div.answer', { 'aria-live': 'polite', 'aria-label': 'Prediction', role: 'group' });
  const reasons = make('div.answer', { 'aria-label': 'Reasons', role: 'group' });
  const row = () => Object.fromEntries(columns.map((column, i) => [column.name, controls[i].value.trim() === '' ? null : controls[i].value]));

  const explain = () => {
    try {
      const told = model.explain(row());
      const parts = told.parts.filter(p => p.part !== 0).sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
      const most = Math.max(...parts.map(p => Math.abs(p.part)), Number.MIN_VALUE);
      const unit = { 'log-odds': 'in log-odds', logits: 'in logits', value: '', 'log-value': 'in the logarithm of the value', probability: 'in probability' }[told.scale];
      const line = ({ column, part, error }) => make('div', {}, make('dt', {}, column), make('dd', {},
        bar(0.5, 0.5 + part / most / 2, part < 0 ? 'less' : 'more', 0.5),
        make('span.number', {}, error > 0 ? `${signed(part)} ± ${short(error)}` : signed(part))));
      reasons.replaceChildren(
        make('h2', {}, told.class ? `What each column adds to “${told.class}”` : `What each column adds to ${target}`),
        make('p.small.second', {}, `Compared with the usual row, ${unit ? `${unit}: ` : ''}${short(told.base)} becomes ${short(told.total)}. ${told.how}`),
        parts.length ? make('dl.bars.small', {}, ...parts.slice(0, 12).map(line)) : make('p.small', {}, 'Nothing: this row is answered as the usual one.'),
        parts.length > 12 ? make('p.small.second', {}, `and ${parts.length - 12} that add less`) : '');
    } catch (error) {
      reasons.replaceChildren(problem(error));
    }
  };
  let waiting;
  const predict = () => {
    try {
      const answer = model.predict(row());
      const doubts = answer.unseen.length
        ? make('ul.doubts', { 'aria-label': 'Never seen in training' }, ...answer.unseen.map(said => make('li', {}, said))) : null;
      const none = labels.length ? answer.label === null : answer.value === null;
      const bars = labels.length && !none
        ? Object.entries(answer.probabilities).sort((a, b) => labels.length > 2 ? b[1] - a[1] : 0).slice(0, 12) : [];
      says.replaceChildren(
        make('p.small.second', {}, target),
        make('p.says', {}, none ? 'No answer' : labels.length ? shown(answer.label) : short(answer.value)),
        threshold !== null && !none ? make('p.small.second', {}, `“${labels[1]}” from a probability of ${percent(threshold)}.`) : '',
        promise && !none ? make('p.small', {}, held(answer, promise)) : '',
        bars.length ? make('dl.bars.small', {}, ...bars.map(([label, p]) => make('div', {}, make('dt', {}, shown(label)), make('dd', {}, bar(0, p, 'more'), make('span.number', {}, percent(p)))))) : '',
        none ? make('p.small', {}, 'The model answers no rows unlike those of its training:') : '',
        doubts ?? '');
    } catch (error) {
      says.replaceChildren(problem(error));
    }
    clearTimeout(waiting);
    waiting = setTimeout(explain, 200);
  };
  const fill = value => () => { columns.forEach((column, i) => { controls[i].value = value(column); }); predict(); };
  const usual = fill(column => column.typical ?? '');
  const button = (words, press) => { const made = make('button', { type: 'button' }, words); made.addEventListener('click', press); return made; };
  for (const control of controls) control.addEventListener('input', predict);
  usual();
  return make('section', { 'aria-label': 'One row' },
    make('h2', {}, 'One row'),
    make('p.small.second', {}, 'Starts with a usual row. An empty field is a missing value.'),
    make('div.row', {}, button('A usual row', usual), button('All missing', fill(() => ''))),
    make('div.halves', {}, make('div.fields', {}, ...fields), make('div.answer', {}, says, reasons)));
}

/** Files in, files out. */
function files(model) {
  const result = make('div.answer', { role: 'status' });
  let address;
  const take = async file => {
    result.replaceChildren(make('p', {}, `Reading ${file.name}…`));
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      await new Promise(done => setTimeout(done));
      const { csv, rows, unseen, warnings } = model.predictCsv(bytes, file.name);
      if (address) URL.revokeObjectURL(address);
      address = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
      const name = `${file.name.replace(/\.[^.]*$/, '')} with predictions.csv`;
      const save = make('a.primary', { href: address, download: name }, `Save ${name}`);
      const strange = model.facts.onUnseen === 'abstain' ? 'without an answer: unlike the training' : 'hold what training never saw';
      result.replaceChildren(
        make('p', {}, `${counted(rows, 'row', 'rows')} read${unseen ? `, ${counted(unseen, 'of them', 'of them')} ${strange}; the last column says what` : ''}.`),
        make('p', {}, save),
        warnings.length ? make('ul.doubts', { 'aria-label': 'Warnings' }, ...warnings.map(said => make('li', {}, said))) : '');
    } catch (error) {
      result.replaceChildren(problem(error));
    }
  };
  const input = make('input', { type: 'file', accept: '.csv,.tsv,.txt,text/csv', id: 'file' });
  input.addEventListener('change', () => { if (input.files[0]) take(input.files[0]); input.value = ''; });
  const drop = make('div.drop', {}, make('p', {}, 'Drop a CSV with the same columns; it comes back with predictions.'),
    make('label.file', { for: 'file' }, input, 'Choose a CSV'));
  drop.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  return make('section', { 'aria-label': 'Many rows' }, make('h2', {}, 'Many rows'), drop, result);
}

function card(model) {
  const part = ({ title, lines }) => make('div', {}, make('h3', {}, title), ...(lines.length === 1
    ? [make('p.small', {}, lines[0])] : [make('ul', {}, ...lines.map(line => make('li.small', {}, line)))]));
  return make('section', { 'aria-label': 'The model' }, make('h2', {}, 'The model'), make('div.card', {}, ...model.facts.card.map(part)));
}

async function start() {
  const [program, bytes] = await Promise.all([unpack(text('program')), unpack(text('model'))]);
  const model = await Predictor.open(program, bytes);
  const { title, target, labels, created, generator, columns } = model.facts;
  document.title = `${title}: ${target}`;
  $('eyebrow').textContent = `Predicts ${target} from ${counted(columns.length, 'column', 'columns')}`;
  $('title').textContent = title;
  $('lead').textContent = labels.length ? `Which of ${labels.slice(0, 6).map(l => `“${l}”`).join(', ')}${labels.length > 6 ? ` and ${labels.length - 6} more` : ''} a row is.` : `The number ${target} of a row.`;
  $('main').append(oneRow(model), files(model), card(model));
  $('foot').textContent = `Made by ${generator} from a training that ended ${created}. Everything is in this file: it asks no network, and nothing that you enter leaves it.`;
  // For those who look under the bonnet, and for tests.
  globalThis.predictor = model;
}

start().catch(error => {
  $('title').textContent = 'The model cannot be opened';
  $('main').append(problem(error));
});
