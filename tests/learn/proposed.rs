//! How rows could be split, guessed from the values: what is planted is found, and clean tables stay silent.

use hearth::dataset::{DatasetSpec, suggest_target};
use hearth::random::Random;
use hearth::split::propose::{Proposal, Proposer};
use hearth::table::Table;
use hearth::table::csv::import_bytes;

fn proposals(table: &Table, target: &str) -> Vec<Proposal> {
    let spec = DatasetSpec { target: target.into(), ..DatasetSpec::default() };
    let mut proposer = Proposer::new(table, &spec).expect("the target is there");
    loop {
        if let Some(proposals) = proposer.step(table) {
            return proposals;
        }
    }
}

fn read(text: &str) -> Table {
    import_bytes("t.csv", text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}")).read.table
}

fn group(proposals: &[Proposal]) -> Option<&str> {
    proposals.iter().find_map(|p| if let Proposal::Group { column, .. } = p { Some(column.as_str()) } else { None })
}

fn time(proposals: &[Proposal]) -> Option<&str> {
    proposals.iter().find_map(|p| if let Proposal::Time { column, .. } = p { Some(column.as_str()) } else { None })
}

/// The names say nothing of what the columns hold.
const HEADER: &str = "c1,c2,c3,c4,c5,c6,c7,y\n";

/// A table without groups or order: numbers, a whole number that the target hangs on, codes of few and of many kinds that
/// come back by chance, and a date in no order.
fn clean(seed: u64) -> String {
    let mut random = Random::new(seed, 0);
    let n = [120, 400, 900, 2_000, 5_000][(seed % 5) as usize];
    let mut text = HEADER.to_owned();
    for _ in 0..n {
        let age = 18 + random.below(70);
        let born = 2024 - age;
        let amount = (1_000.0 * libm::exp(random.normal())) as u64;
        let kind = random.below(6);
        let code = random.below(n / 6);
        let score = 0.04 * age as f64 + f64::from(kind == 2) + libm::log(amount as f64 + 1.0) / 3.0 + random.normal();
        let y = match seed % 3 {
            0 => format!("{score:.3}"),
            1 => if score > 4.3 { "yes" } else { "no" }.to_owned(),
            _ => ["low", "mid", "high"][usize::from(score > 3.8) + usize::from(score > 4.8)].to_owned(),
        };
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        text += &format!("{age},{born},{amount},k{kind},v{code},{:.4},2023-{month:02}-{day:02},{y}\n", random.normal());
    }
    text
}

#[test]
fn clean_tables_are_split_at_random() {
    for seed in 0..40 {
        let found = proposals(&read(&clean(seed)), "y");
        assert_eq!((group(&found), time(&found)), (None, None), "seed {seed}: {found:?}");
        let rounds: Vec<u32> = found
            .iter()
            .filter_map(|p| if let Proposal::Repeats { repeats, .. } = p { Some(*repeats) } else { None })
            .collect();
        let expected: &[u32] = match seed % 5 {
            0 => &[5],
            1 => &[3],
            _ => &[],
        };
        assert_eq!(rounds, expected);
    }
}

/// `n_groups` things with several rows each, in a mixed order: of each, some columns are its own.
fn grouped(seed: u64, by_number: bool, own_target: bool) -> String {
    let mut random = Random::new(seed, 1);
    let n_groups = [15, 60, 150, 400][(seed % 4) as usize];
    let mut rows = Vec::new();
    for group in 0..n_groups {
        let name =
            if by_number { (7_001 + group * 13 % 997).to_string() } else { format!("z{}", group * 7_919 % 10_007) };
        let (level, kind, born, tall) = (random.normal(), random.below(4), 1930 + random.below(70), random.normal());
        for _ in 0..3 + random.below(9) {
            let noise = random.normal();
            let y = if own_target { 2.0 * level + noise } else { noise };
            rows.push(format!(
                "{tall:.3},{name},{:.2},k{kind},{born},{},2023-0{}-11,{}\n",
                random.unit(),
                random.below(9),
                1 + random.below(9),
                if seed.is_multiple_of(2) { format!("{y:.2}") } else { if y > 0.0 { "yes" } else { "no" }.to_owned() }
            ));
        }
    }
    // Every other table stands in the order of its groups.
    if seed.is_multiple_of(2) {
        random.shuffle(&mut rows);
    }
    HEADER.to_owned() + &rows.concat()
}

#[test]
fn things_with_several_rows_are_found_whatever_their_column_is_called() {
    for seed in 0..16 {
        for by_number in [false, true] {
            for own_target in [false, true] {
                let found = proposals(&read(&grouped(seed, by_number, own_target)), "y");
                assert_eq!(group(&found), Some("c2"), "seed {seed}, {by_number}, {own_target}: {found:?}");
                assert_eq!(time(&found), None, "{found:?}");
            }
        }
    }
    let found = proposals(&read(&grouped(1, false, true)), "y");
    assert!(found[0].reason().starts_with("“c2” has 60 values with about "), "{found:?}");
    assert!(found[0].reason().ends_with("“y” far more than chance would have it."), "{found:?}");
}

/// Rows with a date each: in its order or not, with a target that drifts or not.
fn dated(seed: u64, sorted: bool, drifts: bool) -> String {
    let mut random = Random::new(seed, 2);
    let n = [300usize, 1_000, 3_000][(seed % 3) as usize];
    let mut days: Vec<usize> = (0..n).map(|_| random.below(700) as usize).collect();
    if sorted {
        days.sort_unstable();
    }
    let mut text = HEADER.to_owned();
    for day in days {
        let (month, of_month) = (day / 28 % 12 + 1, day % 28 + 1);
        let score = random.normal() + if drifts { 3.0 * day as f64 / 700.0 } else { 0.0 };
        let y = if seed.is_multiple_of(2) {
            format!("{score:.3}")
        } else {
            if score > 1.5 { "yes" } else { "no" }.to_owned()
        };
        text += &format!(
            "{:.3},k{},{},{:.2},{},{:.1},{}-{month:02}-{of_month:02},{y}\n",
            random.normal(),
            random.below(4),
            random.below(50),
            random.unit(),
            random.below(3),
            random.normal(),
            2020 + day / 336
        );
    }
    text
}

#[test]
fn dates_that_order_the_rows_or_along_which_the_target_drifts_are_found() {
    for seed in 0..12 {
        for (sorted, drifts) in [(true, true), (true, false), (false, true)] {
            let found = proposals(&read(&dated(seed, sorted, drifts)), "y");
            assert_eq!((time(&found), group(&found)), (Some("c7"), None), "seed {seed} {sorted} {drifts}: {found:?}");
            let reason = found.iter().find(|p| matches!(p, Proposal::Time { .. })).expect("found").reason();
            assert_eq!(reason.starts_with("The rows stand in the order of “c7”, from 2020-"), sorted, "{reason}");
            assert_eq!(reason.ends_with("“y” changes along it."), drifts, "{reason}");
        }
        let found = proposals(&read(&dated(seed, false, false)), "y");
        assert_eq!(time(&found), None, "seed {seed}: {found:?}");
    }
}

#[test]
fn real_sets_are_split_as_they_should_be() {
    let Some(folder) = crate::real::folder() else {
        println!("passed over: no scores.json in $HEARTH_DATA or ../shared/data");
        return;
    };
    let mut told = Vec::new();
    for (name, target) in [
        ("iris", "species"),
        ("penguins", "species"),
        ("german_credit", "credit"),
        ("concrete", "compressive_strength"),
        ("telco_churn", "churn"),
        ("letter", "lettr"),
        ("diamonds", "price"),
        ("titanic", "Survived"),
        ("bikeshare", "bikers"),
        ("adult", "income-per-year"),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.csv"))).expect("readable");
        let table = read(&text);
        let target = if table.column(target).is_some() {
            target.to_owned()
        } else {
            suggest_target(&table).expect("a target").column
        };
        let found = proposals(&table, &target);
        println!("{name} → {target}: {found:#?}");
        told.push((name, group(&found).map(str::to_owned), time(&found).map(str::to_owned)));
    }
    for (name, group, time) in &told {
        assert_eq!(*time, None, "{name}");
        let expected = match *name {
            // Who travelled on one ticket travelled together; hours of one day share what the day is.
            "titanic" => Some("ticket"),
            "bikeshare" => Some("day"),
            _ => None,
        };
        assert_eq!(group.as_deref().map(str::to_lowercase).as_deref(), expected, "{name}");
    }
}
