//! Findings: each fault is planted in made-up data and found with its rows and repair; without it nothing is said.

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::profile::{Aim, Profiler};
use hearth::quality::{Evidence, Finding, Repair, findings, fingerprint};
use hearth::random::Random;
use hearth::table::csv::import_bytes;
use hearth::table::{ColumnType, Table};

fn read(text: &str) -> Table {
    import_bytes("t.csv", text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}")).read.table
}

fn look(table: &Table, target: Option<&str>) -> Vec<Finding> {
    let aim = target.map(|target| {
        let spec = DatasetSpec { target: target.into(), ..DatasetSpec::default() };
        let dataset = Dataset::new(table, &spec).unwrap_or_else(|problems| panic!("{problems:?}"));
        Aim {
            column: table.position(target).unwrap() as u32,
            rows: dataset.rows.clone(),
            target: dataset.target.clone(),
        }
    });
    let mut profiler = Profiler::new(table, aim.clone(), 1);
    while !profiler.advance(table, 1_000_000).done {}
    findings(table, profiler.profile(), aim.as_ref())
}

/// Cells of a row by name, in a table of 400 rows without a fault. A fault is a change of some rows.
fn made_up(seed: u64, fault: impl Fn(usize, &mut Vec<(&str, String)>)) -> String {
    let mut random = Random::new(seed, 0);
    let mut text = String::new();
    for i in 0..400usize {
        let z = random.normal();
        let mut row: Vec<(&str, String)> = vec![
            ("age", format!("{}", 18 + random.below(60))),
            ("height", format!("{:.2}", 170.0 + 8.0 * random.normal())),
            ("income", format!("{:.2}", libm::exp(7.0 + 0.8 * z))),
            ("town", ["Lisbon", "Kraków", "New York", "Osaka"][random.below(4) as usize].to_owned()),
            ("zip", format!("{:05}", 1000 + random.below(97_000))),
            ("weight", format!("{} kg", 50 + random.below(50))),
            ("seen", format!("20{:02}-{:02}-{:02}", 10 + random.below(12), 1 + random.below(12), 1 + random.below(28))),
            ("grade", ["a", "b", "c"][random.below(3) as usize].to_owned()),
            ("bought", if z + random.normal() > 0.2 { "yes" } else { "no" }.to_owned()),
        ];
        fault(i, &mut row);
        if i == 0 {
            text += &(row.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",") + "\n");
        }
        text += &(row.iter().map(|(_, cell)| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

fn set(row: &mut [(&str, String)], name: &str, cell: impl Into<String>) {
    row.iter_mut().find(|(known, _)| *known == name).expect("a column").1 = cell.into();
}

#[test]
fn nothing_is_said_about_sound_data() {
    for seed in 0..12 {
        let table = read(&made_up(seed, |_, _| {}));
        let found = look(&table, Some("bought"));
        let said: Vec<String> = found.iter().map(|finding| finding.sentence(&table)).collect();
        assert!(found.is_empty(), "seed {seed}: {said:#?}");
    }
}

/// The one finding of a table with one fault.
fn only(text: &str, what: &str) -> (Table, Finding) {
    let table = read(text);
    let mut found = look(&table, Some("bought"));
    let said: Vec<String> = found.iter().map(|finding| finding.sentence(&table)).collect();
    assert_eq!(found.len(), 1, "{what}: {said:#?}");
    let finding = found.remove(0);
    assert!((0.0..=1.0).contains(&finding.severity), "{what}");
    (table, finding)
}

#[test]
fn stand_ins_for_missing_are_found() {
    let (_, found) = only(
        &made_up(1, |i, row| {
            if i % 40 == 3 {
                set(row, "age", "-999")
            }
        }),
        "-999",
    );
    assert_eq!(found.evidence, Evidence::DisguisedNumber { value: -999.0, nearest: 18.0 });
    assert_eq!((found.n_rows, &found.rows[..3]), (10, &[3u32, 43, 83][..]));
    assert_eq!(found.repair, Some(Repair::TreatAsMissing { column: 0, texts: vec!["-999".into()] }));
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i % 40 == 3 {
                set(row, "height", "0")
            }
        }),
        "zero",
    );
    assert!(matches!(found.evidence, Evidence::DisguisedNumber { value: 0.0, .. }));
    let (_, found) = only(
        &made_up(3, |i, row| {
            if i % 50 == 0 {
                set(row, "seen", "1900-01-01")
            }
        }),
        "1900-01-01",
    );
    assert!(matches!(found.evidence, Evidence::DisguisedDate { value: -2_208_988_800_000, .. }), "{found:?}");
    assert_eq!(found.repair, Some(Repair::TreatAsMissing { column: 6, texts: vec!["1900-01-01".into()] }));
    let unknown = |i: usize| ["Unknown", "- n/a -", "??"][i / 20 % 3];
    let (_, found) = only(
        &made_up(4, |i, row| {
            if i % 20 == 0 {
                set(row, "town", unknown(i))
            }
        }),
        "unknown",
    );
    assert_eq!(
        found.evidence,
        Evidence::DisguisedTexts { texts: vec!["- n/a -".into(), "??".into(), "Unknown".into()] }
    );
    assert_eq!(found.n_rows, 20);
}

#[test]
fn outliers_are_found() {
    let (_, found) = only(
        &made_up(1, |i, row| {
            if i == 7 {
                set(row, "height", "1702")
            }
        }),
        "a slip of the point",
    );
    let Evidence::Outliers { largest, logarithmic, .. } = found.evidence else { panic!("{found:?}") };
    assert_eq!((largest, logarithmic, &found.rows[..]), (1702.0, false, &[7u32][..]));
    let Some(Repair::Clip { column: 1, high, .. }) = found.repair else { panic!("{found:?}") };
    assert!((170.0..210.0).contains(&high), "{high}");
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i == 9 {
                set(row, "income", "12345678901")
            }
        }),
        "an income",
    );
    assert!(matches!(found.evidence, Evidence::Outliers { logarithmic: true, .. }), "{found:?}");
}

#[test]
fn spellings_are_found() {
    let spelled = |i: usize| ["new york", "New  York", "York, New"][i / 30 % 3];
    let (table, found) = only(
        &made_up(1, |i, row| {
            if i.is_multiple_of(30) {
                set(row, "town", spelled(i))
            }
        }),
        "spellings",
    );
    let Some(Repair::Merge { column: 3, from, into }) = &found.repair else { panic!("{found:?}") };
    assert_eq!((into.as_str(), from.len(), found.n_rows), ("New York", 3, 14));
    assert!(found.sentence(&table).contains("may be one, written in several ways"));
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i % 100 == 0 {
                set(row, "town", "Krakow")
            }
        }),
        "an accent",
    );
    assert!(matches!(found.repair, Some(Repair::Merge { ref into, .. }) if into == "Kraków"), "{found:?}");
    let (_, found) = only(
        &made_up(3, |i, row| {
            if i % 150 == 5 {
                set(row, "town", "Lisbom")
            }
        }),
        "a slip",
    );
    let Evidence::Misspelling { rare, frequent, distance } = &found.evidence else { panic!("{found:?}") };
    assert_eq!((rare.0.as_str(), frequent.0.as_str(), *distance), ("Lisbom", "Lisbon", 1));
    assert_eq!(fingerprint(" São  PAULO!"), "paulo sao");
    // Signs and digits tell levels apart.
    let grades = ["<=50K", ">50K", "A", "A+", "-5", "5", "1-2", "2-1"];
    let text = made_up(4, |i, row| set(row, "grade", grades[i % 8]));
    assert_eq!(look(&read(&text), Some("bought")), []);
}

#[test]
fn codes_of_one_letter_differ_by_more_than_case() {
    let coded = |codes: [&'static str; 3]| read(&made_up(1, move |i, row| set(row, "town", codes[i % 3])));
    assert!(look(&coded(["A", "Ä", "B"]), Some("bought")).is_empty());
    let found = look(&coded(["m", "M", "w"]), Some("bought"));
    assert!(matches!(&found[..], [Finding { repair: Some(Repair::Merge { .. }), .. }]), "{found:?}");
}

#[test]
fn types_and_units_that_are_mixed_are_found() {
    let words = ["forty", "about 50", "old"];
    let (_, found) = only(
        &made_up(1, |i, row| {
            if i % 10 == 0 {
                set(row, "age", words[i / 10 % 3])
            }
        }),
        "words",
    );
    let Evidence::MixedTypes { n_numbers: 360, n_texts: 40, examples } = &found.evidence else { panic!("{found:?}") };
    assert_eq!(examples.len(), 3);
    assert_eq!(found.repair, Some(Repair::Retype { column: 0, to: ColumnType::Number, day_first: false }));
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i % 8 == 0 {
                set(row, "weight", format!("{} lb", 100 + i % 90))
            }
        }),
        "units",
    );
    assert_eq!(found.evidence, Evidence::MixedUnits { units: vec![("kg".into(), 350), ("lb".into(), 50)] });
    assert_eq!((found.n_rows, found.rows[1]), (50, 8));
}

#[test]
fn dates_in_two_orders_and_texts_among_dates_are_found() {
    // Half of the days fit one order only; 12/01 and 01/12 cannot be told apart.
    let date = |i: usize, month_first: bool| match (1 + i % 12, 1 + i % 28) {
        (month, day) if month_first => format!("{month:02}/{day:02}/2021"),
        (month, day) => format!("{day:02}/{month:02}/2021"),
    };
    let (_, found) = only(&made_up(1, |i, row| set(row, "seen", date(i, i % 4 == 0))), "two orders");
    let Evidence::MixedDates { n_dates, examples } = &found.evidence else { panic!("{found:?}") };
    assert_eq!((n_dates + found.n_rows, examples.len()), (400, 5), "{found:?}");
    assert_eq!(found.n_rows, (0..400).filter(|i| i % 4 == 0 && i % 28 >= 12).count() as u32);
    assert_eq!(found.repair, Some(Repair::Retype { column: 6, to: ColumnType::Date, day_first: true }));
    let texts = ["in spring", "last week", "when it rained"];
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i % 8 == 0 {
                set(row, "seen", texts[i / 8 % 3])
            }
        }),
        "texts",
    );
    let Evidence::MixedDates { n_dates: 350, examples } = &found.evidence else { panic!("{found:?}") };
    assert_eq!((found.n_rows, examples.len()), (50, 3));
    // A year of four digits in front is read in every order.
    let text = made_up(3, |i, row| {
        if i % 3 == 0 {
            set(row, "seen", format!("{:02}.{:02}.2021", 1 + i % 28, 1 + i % 12))
        }
    });
    assert_eq!(look(&read(&text), Some("bought")), []);
}

#[test]
fn dates_that_cannot_be_are_found() {
    let (_, found) = only(
        &made_up(1, |i, row| {
            if i == 5 {
                set(row, "seen", "2023-02-30")
            }
        }),
        "30 February",
    );
    assert_eq!(found.evidence, Evidence::ImpossibleDates { texts: vec!["2023-02-30".into()] });
    let (_, found) = only(
        &made_up(2, |i, row| {
            if i % 200 == 5 {
                set(row, "seen", "0213-05-05")
            }
        }),
        "a year of old",
    );
    assert!(matches!(found.evidence, Evidence::FarDates { .. }));
    assert_eq!(found.rows, [5, 205]);
}

#[test]
fn lost_zeros_are_found() {
    let fault = |i: usize, row: &mut Vec<(&str, String)>| {
        if i.is_multiple_of(2) {
            let short = row[4].1.trim_start_matches('0').to_owned();
            set(row, "zip", short);
        }
    };
    let (_, found) = only(&made_up(1, fault), "zeros");
    assert!(matches!(found.evidence, Evidence::LostZeros { width: 5, .. }));
    assert_eq!(found.repair, Some(Repair::PadZeros { column: 4, width: 5 }));
    assert!(found.n_rows > 5 && found.rows.iter().all(|row| row % 2 == 0), "{found:?}");
}

#[test]
fn what_stands_between_columns_and_target_is_found() {
    let (_, found) =
        only(&made_up(1, |i, row| set(row, "bought", if i.is_multiple_of(40) { "yes" } else { "no" })), "imbalance");
    assert_eq!(found.evidence, Evidence::Imbalance { class: "yes".into(), n_rows: 10, share: 0.025 });
    let leak = |_: usize, row: &mut Vec<(&str, String)>| {
        let grade = if row[8].1 == "yes" { "a" } else { "b" };
        set(row, "grade", grade);
    };
    let (table, found) = only(&made_up(2, leak), "a leak");
    assert!(matches!(found.evidence, Evidence::Leakage { score, of_classes: true } if score > 0.99), "{found:?}");
    assert_eq!((found.repair.clone(), found.severity > 0.9), (Some(Repair::KnownTooLate { column: 7 }), true));
    assert!(found.sentence(&table).starts_with("grade: it alone predicts"));
    let order = |i: usize, row: &mut Vec<(&str, String)>| {
        set(row, "seen", format!("2024-{:02}-{:02}", i / 40 + 1, i % 40 * 28 / 40 + 1))
    };
    let (_, found) = only(&made_up(3, order), "time order");
    assert_eq!(found.repair, Some(Repair::SplitByTime { column: 6 }));
    let rare = |i: usize, row: &mut Vec<(&str, String)>| {
        if i.is_multiple_of(40) {
            set(
                row,
                "town",
                ["Quito", "Hanoi", "Accra", "Bergen", "Turku", "Riga", "Porto", "Cusco", "Delhi", "Tunis"][i / 40],
            );
        }
    };
    let (_, found) = only(&made_up(4, rare), "rare levels");
    let Evidence::RareLevels { n_levels: 10, fewer_than: 2, .. } = found.evidence else { panic!("{found:?}") };
}

#[test]
fn repeats_are_found() {
    let text = made_up(1, |_, _| {});
    let twice = text.clone() + &text.lines().skip(1).take(20).map(|line| format!("{line}\n")).collect::<String>();
    let (_, found) = only(&twice, "repeats");
    assert_eq!((found.evidence, found.n_rows, found.rows[0]), (Evidence::RepeatedRows { n_groups: 20 }, 20, 400));
    assert_eq!(found.repair, Some(Repair::DropRepeats));
    // Few values make many repeats, which are no fault.
    let few = (0..200).map(|i| format!("{i},{},{}\n", ["Bern", "Basel"][i * 7 % 2], i * i % 3)).collect::<String>();
    let few = read(&format!("key,town,grade\n{few}"));
    assert!(look(&few, None).is_empty(), "{:?}", look(&few, None));
    let shouted = made_up(1, |_, row| {
        let town = row[3].1.to_uppercase();
        set(row, "town", town);
    });
    let near: String = shouted.lines().skip(1).take(20).map(|line| format!("{line}\n")).collect();
    let table = read(&(text + &near));
    let found = look(&table, None);
    assert!(found.iter().any(|f| f.evidence == Evidence::NearlyRepeatedRows { n_groups: 20 }), "{found:?}");
}

#[test]
fn the_worst_comes_first_and_every_finding_has_a_sentence() {
    let fault = |i: usize, row: &mut Vec<(&str, String)>| {
        if i % 40 == 3 {
            set(row, "age", "999");
        }
        if i.is_multiple_of(30) {
            set(row, "town", "NEW YORK");
        }
        let leak = if row[8].1 == "yes" { "c" } else { "b" };
        set(row, "grade", leak);
        if i == 7 {
            set(row, "height", "17020");
        }
    };
    let table = read(&made_up(5, fault));
    let found = look(&table, Some("bought"));
    assert!(found.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
    let said: String = found.iter().map(|finding| finding.sentence(&table) + "\n").collect();
    insta::assert_snapshot!(said);
    // They travel as they are.
    let bytes = postcard::to_stdvec(&found).unwrap();
    assert_eq!(postcard::from_bytes::<Vec<Finding>>(&bytes).unwrap(), found);
}

#[test]
fn real_sets_are_looked_at() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("HEARTH_DATA").map_or_else(|| root.join("../shared/data"), Into::into);
    if !folder.is_dir() {
        println!("passed over: the real data sets are not in {}", folder.display());
        return;
    }
    for (name, target) in [
        ("penguins", "species"),
        ("titanic", "Survived"),
        ("german_credit", "credit"),
        ("telco_churn", "churn"),
        ("bikeshare", "bikers"),
        ("adult", "income-per-year"),
        ("diamonds", "price"),
        ("concrete", "compressive_strength"),
    ] {
        let bytes = std::fs::read(folder.join(format!("{name}.csv"))).unwrap();
        let table = import_bytes(name, &bytes, None).unwrap().read.table;
        let found = look(&table, Some(target));
        println!("== {name}");
        for finding in &found {
            println!("{:.2} {}", finding.severity, finding.sentence(&table));
            assert!(finding.rows.iter().all(|row| (*row as usize) < table.n_rows));
        }
    }
}

/// Each national number, card and bank account as python-stdnum judges it.
#[test]
fn numbers_of_people_are_judged_as_by_python_stdnum() {
    use hearth::quality::checksums::{NATIONAL, is_card, is_iban, luhn};
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/personal_numbers.json");
    let text = std::fs::read_to_string(path).expect("the numbers are there");
    let forms: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let forms = forms.as_object().expect("it is an object");
    assert_eq!(forms.len(), NATIONAL.len() + 2);
    for (name, cases) in forms {
        let is = match name.as_str() {
            "iban" => is_iban,
            "luhn" => luhn,
            name => NATIONAL.iter().find(|(known, _)| *known == name).expect("a known form").1,
        };
        for (kind, expected) in [("right", true), ("wrong", false)] {
            for number in cases[kind].as_array().expect("a list") {
                let number = number.as_str().expect("a text");
                assert_eq!(is(number), expected, "{name}: {number}");
            }
        }
    }
    // Numbers that card networks publish for tests.
    for number in [
        "4242424242424242",
        "5555555555554444",
        "378282246310005",
        "6011111111111117",
        "3056930009020004",
        "2223003122003222",
    ] {
        assert_eq!(is_card(number), number != "3056930009020004", "{number}");
    }
    for odd in ["", "é", "4", "ÀÀÀÀÀÀÀÀÀÀÀÀÀÀÀ", "4242 4242", "DE", "DE89É704004405320130"] {
        assert!(!is_card(odd) && !is_iban(odd) && NATIONAL.iter().all(|(_, is)| !is(odd)), "{odd}");
    }
}

#[test]
fn personal_data_is_found() {
    use hearth::quality::personal::Personal;
    let numbers: serde_json::Value =
        serde_json::from_str(include_str!("data/personal_numbers.json")).expect("it is JSON");
    let of = |name: &str, i: usize| numbers[name]["right"][i % 40].as_str().expect("a number").to_owned();
    let first = ["Ana", "Bo", "Carla", "Dmitri", "Eve", "Farid", "Grace", "Hugo"];
    let last = ["Silva", "Nowak", "O’Neill", "García-López", "Sato", "Müller", "van Dijk"];
    type Cell<'a> = Box<dyn Fn(usize) -> String + 'a>;
    let of_all: [(&str, Personal, Cell); 8] = [
        ("a", Personal::Email, Box::new(|i| format!("user.{i}+x@mail{}.example.org", i % 7))),
        ("a", Personal::Iban, Box::new(|i| format!("{} ", of("iban", i)))),
        ("a", Personal::Phone, Box::new(|i| format!("+49 (0)30 {:07}", 1_234_567 + 7919 * i))),
        ("a", Personal::Phone, Box::new(|i| format!("({:03}) 555-{:04}", 200 + i, 7 * i))),
        ("a", Personal::IpAddress, Box::new(|i| format!("10.{}.{}.{}", i % 250, i % 9, i % 31))),
        (
            "a",
            Personal::Card,
            Box::new(|i| ["4242 4242 4242 4242", "5555-5555-5555-4444", "4000056655665556"][i % 3].to_owned()),
        ),
        (
            "surname",
            Personal::Name,
            Box::new(move |i| format!("{} {}{}", first[i % 8], last[i % 7], ["", " Jr", " von Ahn"][i / 56 % 3])),
        ),
        ("a", Personal::Phone, Box::new(|i| format!("0{}/{}", 30 + i % 60, 1_234_567 + i))),
    ];
    let table = |header: &str, cell: &dyn Fn(usize) -> String| {
        let mut text = format!("x,{header}\n");
        (0..200).for_each(|i| text += &format!("{},\"{}\"\n", i * 37 % 101, cell(i)));
        read(&text)
    };
    let found = |table: &Table| -> Vec<(Personal, u32)> {
        let kinds = look(table, None).into_iter();
        kinds
            .filter_map(|f| match f.evidence {
                Evidence::Personal { kind } => Some((kind, f.n_rows)),
                _ => None,
            })
            .collect()
    };
    for (header, kind, cell) in &of_all {
        assert_eq!(found(&table(header, cell)), [(*kind, 200)], "{kind:?}: {}", cell(0));
    }
    // National numbers, as texts and, where they fit, as numbers.
    for (at, (name, _)) in hearth::quality::checksums::NATIONAL.iter().enumerate() {
        let hyphened =
            |text: String| if at == 0 { format!("{}-{}-{}", &text[..3], &text[3..5], &text[5..]) } else { text };
        let seen =
            found(&table("a", &|i| hyphened(numbers[*name]["right"][i % 40].as_str().expect("a number").to_owned())));
        assert_eq!(seen.len(), 1, "{name}: {seen:?}");
        assert_eq!(seen[0].0.words(), *name);
    }
    // A few e-mail addresses among other texts are found with their rows; numbers, versions, codes and places are none.
    let few = |i: usize| if i % 50 == 3 { format!("write to me, {i}") } else { format!("note {}", i % 5) };
    assert_eq!(found(&table("a", &few)), []);
    let few = |i: usize| if i % 50 == 3 { format!("me{i}@example.org") } else { format!("note {}", i % 5) };
    assert_eq!(found(&table("a", &few)), [(Personal::Email, 4)]);
    let sound: [&dyn Fn(usize) -> String; 6] = [
        &|i| format!("{}", 100_000_000 + 7_919_337 * i),
        &|i| format!("{}.{}", i % 9, i % 13),
        &|i| format!("AB-{:07}", 31 * i),
        &|i| format!("{}", 1_600_000_000 + 86_413 * i),
        &|i| last[i % 7].to_owned(),
        &|i| format!("{:.9}", libm::sqrt(i as f64)),
    ];
    for cell in sound {
        assert_eq!(found(&table("a", cell)), [], "{}", cell(5));
    }
    // A header alone makes no names.
    assert_eq!(found(&table("name", &|i| format!("item {i}"))), []);
    assert_eq!(found(&table("name", &|i| ["Adelie", "Gentoo", "Chinstrap"][i % 3].to_owned())), []);
}
