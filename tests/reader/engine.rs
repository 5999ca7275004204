//! The engine with such a file as the source: looked at, read, trained on, restored and predicted.

use hearth::job::engine::Engine;
use hearth::job::message::decode;
use hearth::job::pool::{Answer, Hand, Order, PoolEvent, PoolRequest};
use hearth::job::reader::{ReadTask, answer};
use hearth::job::{Event, Request};
use hearth::recipe::Recipe;
use hearth::table::packed::Packing;
use hearth::table::source::ByteSource;
use sha2::{Digest, Sha256};

use super::*;

#[derive(Default)]
struct Page {
    engine: Engine,
    reader: Reader,
    n_read: usize,
}

impl Page {
    fn ask(&mut self, request: Request, file: Option<Vec<u8>>) -> Vec<Event> {
        let source = file.map(|bytes| Box::new(bytes) as Box<dyn ByteSource>);
        let mut events = self.engine.handle(request, source);
        for now in 0..1_000_000 {
            for order in self.engine.take_orders() {
                let (id, event) = match order {
                    Order::Read { id, bytes } => {
                        let task: ReadTask = decode(&bytes).unwrap();
                        self.n_read += 1;
                        (id, answer(task.id, self.reader.read(&task.wanted, &task.sha256, task.file)))
                    }
                    Order::Do { id, bytes } => (id, done(&bytes)),
                    Order::Drop { .. } | Order::Hold { .. } => continue,
                };
                let answer = match event {
                    PoolEvent::Done { done, .. } => Answer::Done(done),
                    PoolEvent::Failed { error, .. } => Answer::Failed(error),
                    PoolEvent::Ready | PoolEvent::Dropped { .. } => continue,
                };
                events.extend(self.engine.pool_answered(id, answer));
            }
            if self.engine.is_idle() {
                return events;
            }
            events.extend(self.engine.step(f64::from(now)));
        }
        panic!("the engine never became idle");
    }
}

fn done(bytes: &[u8]) -> PoolEvent {
    let request: PoolRequest = decode(bytes).unwrap();
    let mut hand = Hand::default();
    let mut events = hand.handle(request, || 0.0);
    while events.is_empty() {
        events = hand.step(|| 0.0);
    }
    events.remove(0)
}

#[test]
fn a_workbook_goes_through_the_engine_and_its_receipt_is_that_of_the_file() {
    let mut page = Page::default();
    let file = bytes("people.xlsx");
    let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let name = || "people.xlsx".to_owned();

    let request = Request::Preview { ticket: 1, name: name(), entry: String::new(), settings: None };
    let events = page.ask(request, Some(file.clone()));
    let [Event::Previewed { preview, .. }] = &events[..] else { panic!("{events:?}") };
    let sheets: Vec<&str> = preview.entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(sheets, ["Read me", "People & more!", "Nothing", "Odd", "Bare", "Far"]);

    let part = "People & more!!B4:I30".to_owned();
    let request = Request::Preview { ticket: 2, name: name(), entry: part.clone(), settings: None };
    let events = page.ask(request, Some(file.clone()));
    let [Event::Previewed { preview, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((preview.columns.len(), preview.rows.len(), &preview.settings.entry), (8, 26, &part));
    assert_eq!(preview.rows[0][3], "2019-01-31");

    let request = Request::Preview { ticket: 3, name: name(), entry: "Odd!Q1:R2".into(), settings: None };
    let events = page.ask(request, Some(file.clone()));
    let [Event::Unreadable { settings, error, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((settings.entry.as_str(), error.place.as_str()), ("Odd!Q1:R2", "people.xlsx, Odd"));

    let settings = Some(preview_settings(&part));
    let recipe = Recipe::default();
    let request = Request::Import { ticket: 4, name: name(), settings, recipe, beside: Vec::new() };
    let events = page.ask(request, Some(file.clone()));
    let Some(Event::Imported { summary, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((summary.n_rows, &summary.sha256, summary.n_bytes), (26, &sha256, file.len() as u64));
    assert_eq!(summary.packing, Packing::Sheet { part: part.clone() });
    // Lines are the sheet's: a type that does not fit names the row that a person looks for.
    let types = vec![("name".to_owned(), hearth::table::ColumnType::Number)];
    let settings = Some(CsvSettings { types, ..preview_settings(&part) });
    let request = Request::Import { ticket: 5, name: name(), settings, recipe: Recipe::default(), beside: Vec::new() };
    let events = page.ask(request, Some(file.clone()));
    let Some(Event::Imported { summary, .. }) = events.last() else { panic!("{events:?}") };
    let first = summary.warnings.iter().find(|warning| warning.column.as_deref() == Some("name")).unwrap();
    assert_eq!((first.record, first.line), (1, 5));

    // Seven bytes of a text file are none for the reader.
    let before = page.n_read;
    let request = Request::Import {
        ticket: 6,
        name: "a.csv".into(),
        settings: None,
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = page.ask(request, Some(b"a,b\n1,2\n3,4\n".to_vec()));
    assert!(matches!(events.last(), Some(Event::Imported { .. })) && page.n_read == before, "{events:?}");
}

fn preview_settings(part: &str) -> CsvSettings {
    transcript("people.xlsx", part).unwrap().original.settings
}

#[test]
fn stopping_or_losing_the_reader_leaves_the_engine_as_it_was() {
    let mut engine = Engine::default();
    let request = || Request::Import {
        ticket: 9,
        name: "people.xlsx".into(),
        settings: None,
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let source = || Some(Box::new(bytes("people.xlsx")) as Box<dyn ByteSource>);
    let ordered = |engine: &mut Engine| {
        assert!(engine.handle(request(), source()).is_empty());
        while !engine.is_idle() {
            engine.step(0.0);
        }
        let orders = engine.take_orders();
        let [Order::Read { id, .. }] = &orders[..] else { panic!("{orders:?}") };
        *id
    };
    let id = ordered(&mut engine);
    engine.handle(Request::Cancel { ticket: 9 }, None);
    assert!(engine.pool_answered(id, Answer::Lost("late".into())).is_empty() && engine.is_idle());

    let id = ordered(&mut engine);
    engine.pool_answered(id, Answer::Lost("it ran out of memory".into()));
    let events = engine.step(0.0);
    let [Event::Failed { ticket: 9, error }] = &events[..] else { panic!("{events:?}") };
    assert!(error.event.contains("it ran out of memory") && error.place == "people.xlsx", "{error:?}");
    assert!(engine.is_idle());
}

#[test]
fn a_sheet_is_added_to_a_table_and_comes_back_with_it() {
    use hearth::recipe::{JoinKind, KeyPair, Operation};
    use hearth::table::bundle;

    let mut page = Page::default();
    let part = "People & more!!B4:I30".to_owned();
    let (file, table) = (bytes("people.xlsx"), b"who,score\nnobody,1\nnobody else,2\n".to_vec());
    let import =
        |beside| Request::Import { ticket: 1, name: "t.csv".into(), settings: None, recipe: Recipe::default(), beside };
    page.ask(import(Vec::new()), Some(table.clone()));
    let settings = Some(preview_settings(&part));
    let request = Request::Beside { ticket: 2, name: "people.xlsx".into(), file: "people.xlsx".into(), settings };
    let events = page.ask(request, Some(file.clone()));
    let Some(Event::ReadBeside { beside, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((beside.file.n_rows, beside.columns.len(), beside.file.n_bytes), (26, 8, file.len() as u64));
    let mut recipe = Recipe::default();
    let on = vec![KeyPair { left: "who".into(), right: "name".into() }];
    let (with, suffix) = ("people.xlsx".into(), "_p".into());
    recipe.push(Operation::Join { with, kind: JoinKind::Full, on, suffix, loose: true });
    let events = page.ask(Request::Steps { ticket: 3, recipe: recipe.clone() }, None);
    let Some(Event::Imported { summary: first, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((first.n_rows, first.columns.len()), (28, 9));
    let whole = bundle::pack(&[("t.csv".into(), table), ("people.xlsx".into(), file)]);
    let request = match import(first.beside.clone()) {
        Request::Import { ticket, name, settings, beside, .. } => {
            Request::Import { ticket, name, settings, recipe, beside }
        }
        other => other,
    };
    let mut again = Page::default();
    let events = again.ask(request, Some(whole));
    let Some(Event::Imported { summary, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((summary, again.n_read), (first, 1));
}
