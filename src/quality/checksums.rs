//! Numbers that name a person, by their length and check digits. Each function takes the number without blanks, dots and
//! hyphens, in capitals. Against python-stdnum: tests/reference/personal_numbers.py.

/// Whether a text is such a number.
pub type Test = fn(&str) -> bool;

/// What countries number their people with.
pub const NATIONAL: [(&str, Test); 12] = [
    ("US Social Security numbers", is_ssn),
    ("French NIR numbers", is_nir),
    ("German tax numbers (IdNr)", is_idnr),
    ("Spanish DNI or NIE numbers", is_dni),
    ("Italian fiscal codes", is_codice_fiscale),
    ("Dutch BSN numbers", is_bsn),
    ("Swiss AHV numbers", is_ahv),
    ("Polish PESEL numbers", is_pesel),
    ("Brazilian CPF numbers", is_cpf),
    ("Indian Aadhaar numbers", is_aadhaar),
    ("British NHS numbers", is_nhs),
    ("Swedish personal numbers", is_personnummer),
];

/// The digits, if there are `n` of them and nothing else.
fn digits(number: &str, n: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == n)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Remainder of a decimal number of any length.
fn remainder(number: &str, by: u32) -> Option<u32> {
    number.chars().try_fold(0, |rest, c| Some((rest * 10 + c.to_digit(10)?) % by))
}

/// ISO/IEC 7812: from the right every second digit counts twice, less nine above nine; the sum ends in 0.
pub fn luhn(number: &str) -> bool {
    let Some(digits) = digits(number, number.len()) else { return false };
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, &d)| if i % 2 == 1 { doubled(d) } else { d }).sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// A payment card: 13 to 19 digits that begin as those of the networks do, with Luhn's check digit.
pub fn is_card(number: &str) -> bool {
    let first = |n| number.get(..n).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    let of_network = match number.len() {
        13 | 19 => first(1) == 4 || first(1) == 6,
        14 => matches!(first(2), 30 | 36 | 38 | 39),
        15 => matches!(first(2), 34 | 37) || matches!(first(4), 2131 | 1800),
        16 => {
            first(1) == 4
                || matches!(first(2), 51..=55 | 60 | 62 | 64 | 65)
                || matches!(first(4), 2221..=2720 | 3528..=3589)
        }
        _ => false,
    };
    of_network && luhn(number)
}

/// ISO 13616: two letters, two check digits, up to 30 letters and digits; turned round and spelled in digits it is 1 modulo 97.
pub fn is_iban(text: &str) -> bool {
    let (Some(country), Some(check), Some(rest)) = (text.get(..2), text.get(2..4), text.get(4..)) else { return false };
    let fits = (11..=30).contains(&rest.len())
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && check.bytes().all(|b| b.is_ascii_digit())
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !fits {
        return false;
    }
    let spelled: String = [rest, country, check]
        .iter()
        .flat_map(|part| part.chars())
        .filter_map(|c| c.to_digit(36))
        .map(|v| v.to_string())
        .collect();
    remainder(&spelled, 97) == Some(1)
}

fn is_ssn(number: &str) -> bool {
    let Some(d) = digits(number, 9) else { return false };
    let area = 100 * d[0] + 10 * d[1] + d[2];
    area != 0 && area != 666 && area < 900 && 10 * d[3] + d[4] != 0 && d[5..].iter().any(|&digit| digit != 0)
}

fn is_nir(number: &str) -> bool {
    if number.len() != 15 || !number.is_ascii() {
        return false;
    }
    // Corsica writes letters, which stand for the departments 19 and 18.
    let body = match &number[5..7] {
        "2A" => format!("{}19{}", &number[..5], &number[7..13]),
        "2B" => format!("{}18{}", &number[..5], &number[7..13]),
        _ => number[..13].to_owned(),
    };
    let (Some(rest), Ok(check)) = (remainder(&body, 97), number[13..].parse::<u32>()) else { return false };
    matches!(number.as_bytes()[0], b'1'..=b'4' | b'7' | b'8') && check == 97 - rest
}

fn is_idnr(number: &str) -> bool {
    let Some(d) = digits(number, 11) else { return false };
    let mut counts = [0; 10];
    d[..10].iter().for_each(|&digit| counts[digit as usize] += 1);
    let repeated: Vec<u32> = counts.into_iter().filter(|&count| count > 1).collect();
    if d[0] == 0 || !matches!(repeated[..], [2 | 3]) {
        return false;
    }
    // ISO 7064, MOD 11,10.
    let product = d[..10].iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    (11 - product) % 10 == d[10]
}

fn is_dni(number: &str) -> bool {
    if number.len() != 9 || !number.is_ascii() {
        return false;
    }
    let body = match number.as_bytes()[0] {
        b'X' => format!("0{}", &number[1..8]),
        b'Y' => format!("1{}", &number[1..8]),
        b'Z' => format!("2{}", &number[1..8]),
        _ => number[..8].to_owned(),
    };
    remainder(&body, 23).is_some_and(|rest| b"TRWAGMYFPDXBNJZSQVHLCKE"[rest as usize] == number.as_bytes()[8])
}

/// What a letter or digit in an odd place of an Italian fiscal code counts; digits count as the first ten letters.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

fn is_codice_fiscale(number: &str) -> bool {
    let form = b"LLLLLLDDLDDLDDDL";
    // Where two codes would be the same, letters stand for digits.
    let fits = number.len() == form.len()
        && number.bytes().zip(form).all(|(byte, form)| match form {
            b'L' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte),
        });
    if !fits || !b"ABCDEHLMPRST".contains(&number.as_bytes()[8]) {
        return false;
    }
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let sum: u32 = number
        .bytes()
        .take(15)
        .enumerate()
        .map(|(i, b)| if i % 2 == 0 { ODD[value(b) as usize] } else { value(b) })
        .sum();
    sum % 26 == value(number.as_bytes()[15])
}

fn is_bsn(number: &str) -> bool {
    let Some(d) = digits(number, 9) else { return false };
    let sum = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    d.iter().any(|&digit| digit != 0) && sum % 11 == d[8]
}

fn is_ahv(number: &str) -> bool {
    let Some(d) = digits(number, 13) else { return false };
    number.starts_with("756") && weighted(&d, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

fn is_pesel(number: &str) -> bool {
    let Some(d) = digits(number, 11) else { return false };
    // The century is added to the month: 80, 0, 20, 40 or 60.
    let (month, day) = ((10 * d[2] + d[3]) % 20, 10 * d[4] + d[5]);
    (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && weighted(&d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn is_cpf(number: &str) -> bool {
    let Some(d) = digits(number, 11) else { return false };
    let check = |n: usize| {
        let sum: u32 = (0..n).map(|i| d[i] * (n + 1 - i) as u32).sum();
        (sum * 10) % 11 % 10
    };
    d.iter().any(|&digit| digit != d[0]) && check(9) == d[9] && check(10) == d[10]
}

/// Verhoeff's table of the dihedral group D5, and his permutation.
const GROUP: [[u32; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

fn is_aadhaar(number: &str) -> bool {
    let Some(d) = digits(number, 12) else { return false };
    let palindrome = d.iter().eq(d.iter().rev());
    let check = d.iter().rev().enumerate().fold(0, |check, (i, &digit)| {
        let turned = (0..i % 8).fold(digit, |digit, _| PERMUTATION[digit as usize]);
        GROUP[check as usize][turned as usize]
    });
    d[0] > 1 && !palindrome && check == 0
}

fn is_nhs(number: &str) -> bool {
    let Some(d) = digits(number, 10) else { return false };
    let rest = 11 - weighted(&d[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    rest % 11 == d[9] && rest != 10
}

fn is_personnummer(number: &str) -> bool {
    // With or without the century.
    let short = match number.len() {
        12 if number.starts_with("19") || number.starts_with("20") => &number[2..],
        10 => number,
        _ => return false,
    };
    let Some(d) = digits(short, 10) else { return false };
    let (month, day) = (10 * d[2] + d[3], 10 * d[4] + d[5]);
    (1..=12).contains(&month) && (1..=31).contains(&day) && luhn(short)
}
