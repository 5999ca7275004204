//! The operators, each as the ONNX standard defines it (opset 17 and 20, ai.onnx.ml 3), for the types that the graphs use.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::tensor::{Data, Tensor, broadcast_positions, broadcast_shape, n_elements};
use super::{Attributes, trees};
use crate::order::OrderBy;
use crate::package::onnx::proto::data_type;

type Result<T> = std::result::Result<T, String>;

/// Runs one node.
///
/// # Errors
/// An unknown operator, or inputs or attributes that the operator does not take.
pub fn apply(domain: &str, op: &str, inputs: &[&Tensor], attributes: &Attributes) -> Result<Tensor> {
    match (domain, op) {
        ("", "Identity") => Ok(one(inputs)?.clone()),
        ("", "Add" | "Sub" | "Mul" | "Div" | "Mod") => arithmetic(op, inputs, attributes),
        ("", "Equal" | "GreaterOrEqual") => compare(op, inputs),
        ("", "Where") => choose(inputs),
        ("", "Clip") => clip(inputs),
        ("", "IsNaN") => is_nan(one(inputs)?),
        ("", "Cast") => cast(one(inputs)?, attributes.int("to")?),
        ("", "Sqrt" | "Exp" | "Log" | "Round" | "Relu" | "Tanh" | "Sigmoid" | "Selu") => {
            unary(op, one(inputs)?, attributes)
        }
        ("", "Shape") => shape_of(one(inputs)?),
        ("", "ConstantOfShape") => zeros(one(inputs)?),
        ("", "Concat") => concat(inputs, attributes.int("axis")?),
        ("", "Gather") => gather(inputs, attributes.int_or("axis", 0)?),
        ("", "Reshape") => reshape(inputs),
        ("", "ReduceSum") => reduce_sum(inputs, attributes),
        ("", "Gemm") => gemm(inputs, attributes),
        ("", "RegexFullMatch") => regex_full_match(one(inputs)?, attributes),
        ("", "Softmax") => softmax(one(inputs)?, attributes.int_or("axis", -1)?),
        ("", "ArgMax") => arg_max(one(inputs)?, attributes),
        ("ai.onnx.ml", "TreeEnsembleRegressor") => trees::regress(inputs, attributes),
        ("ai.onnx.ml", "LabelEncoder") => label_encoder(one(inputs)?, attributes),
        _ => {
            let domain = if domain.is_empty() { "" } else { &format!("{domain}.") };
            Err(format!("the operator {domain}{op} is not one that this interpreter knows"))
        }
    }
}

fn one<'a>(inputs: &[&'a Tensor]) -> Result<&'a Tensor> {
    match inputs {
        [input] => Ok(input),
        _ => Err(format!("it has {} inputs instead of 1", inputs.len())),
    }
}

fn two<'a>(inputs: &[&'a Tensor]) -> Result<(&'a Tensor, &'a Tensor)> {
    match inputs {
        [left, right] => Ok((left, right)),
        _ => Err(format!("it has {} inputs instead of 2", inputs.len())),
    }
}

fn three<'a>(inputs: &[&'a Tensor]) -> Result<[&'a Tensor; 3]> {
    match inputs {
        [a, b, c] => Ok([a, b, c]),
        _ => Err(format!("it has {} inputs instead of 3", inputs.len())),
    }
}

fn types(op: &str, left: &Data, right: &Data) -> String {
    format!("{op} does not take {} and {}", left.type_name(), right.type_name())
}

/// Combines two tensors element by element after broadcasting.
fn zip<A: Clone, B: Clone, C>(
    (left, a): (&Tensor, &[A]),
    (right, b): (&Tensor, &[B]),
    f: impl Fn(A, B) -> C,
) -> Result<(Vec<usize>, Vec<C>)> {
    let shape = broadcast_shape(&left.shape, &right.shape)?;
    let from_left = broadcast_positions(&left.shape, &shape);
    let from_right = broadcast_positions(&right.shape, &shape);
    let values = from_left.iter().zip(&from_right).map(|(l, r)| f(a[*l].clone(), b[*r].clone())).collect();
    Ok((shape, values))
}

fn arithmetic(op: &str, inputs: &[&Tensor], attributes: &Attributes) -> Result<Tensor> {
    let (left, right) = two(inputs)?;
    match (&left.data, &right.data) {
        (Data::F32(a), Data::F32(b)) => {
            let f = match op {
                "Add" => |x: f32, y: f32| x + y,
                "Sub" => |x: f32, y: f32| x - y,
                "Mul" => |x: f32, y: f32| x * y,
                "Div" => |x: f32, y: f32| x / y,
                _ => return Err(format!("{op} does not take float32")),
            };
            let (shape, values) = zip((left, a), (right, b), f)?;
            Tensor::new(shape, Data::F32(values))
        }
        (Data::F64(a), Data::F64(b)) => {
            let f = match op {
                "Add" => |x: f64, y: f64| x + y,
                "Sub" => |x: f64, y: f64| x - y,
                "Mul" => |x: f64, y: f64| x * y,
                "Div" => |x: f64, y: f64| x / y,
                _ => return Err(format!("{op} does not take float64")),
            };
            let (shape, values) = zip((left, a), (right, b), f)?;
            Tensor::new(shape, Data::F64(values))
        }
        (Data::I64(a), Data::I64(b)) => {
            if matches!(op, "Div" | "Mod") && b.contains(&0) {
                return Err("an integer is divided by zero".into());
            }
            let f = match op {
                "Add" => i64::wrapping_add,
                "Sub" => i64::wrapping_sub,
                "Mul" => i64::wrapping_mul,
                // Towards zero.
                "Div" => i64::wrapping_div,
                // With the sign of the divisor.
                _ if attributes.int_or("fmod", 0)? == 0 => |x: i64, y: i64| {
                    let rest = x.wrapping_rem(y);
                    if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest }
                },
                _ => return Err("Mod with fmod is not supported".into()),
            };
            let (shape, values) = zip((left, a), (right, b), f)?;
            Tensor::new(shape, Data::I64(values))
        }
        (a, b) => Err(types(op, a, b)),
    }
}

fn compare(op: &str, inputs: &[&Tensor]) -> Result<Tensor> {
    let (left, right) = two(inputs)?;
    let (shape, values) = match (op, &left.data, &right.data) {
        ("Equal", Data::I64(a), Data::I64(b)) => zip((left, a), (right, b), |x: i64, y: i64| x == y)?,
        ("GreaterOrEqual", Data::F32(a), Data::F32(b)) => zip((left, a), (right, b), |x: f32, y: f32| x >= y)?,
        (_, a, b) => return Err(types(op, a, b)),
    };
    Tensor::new(shape, Data::Bool(values))
}

fn choose(inputs: &[&Tensor]) -> Result<Tensor> {
    let [condition, yes, no] = three(inputs)?;
    let Data::Bool(flags) = &condition.data else {
        return Err(format!("the condition of Where is {} instead of bool", condition.data.type_name()));
    };
    let shape = broadcast_shape(&broadcast_shape(&condition.shape, &yes.shape)?, &no.shape)?;
    let at = broadcast_positions(&condition.shape, &shape);
    let from_yes = broadcast_positions(&yes.shape, &shape);
    let from_no = broadcast_positions(&no.shape, &shape);
    let n = at.len();
    let data = match (&yes.data, &no.data) {
        (Data::F32(y), Data::F32(x)) => {
            Data::F32((0..n).map(|i| if flags[at[i]] { y[from_yes[i]] } else { x[from_no[i]] }).collect())
        }
        (Data::I64(y), Data::I64(x)) => {
            Data::I64((0..n).map(|i| if flags[at[i]] { y[from_yes[i]] } else { x[from_no[i]] }).collect())
        }
        (a, b) => return Err(types("Where", a, b)),
    };
    Tensor::new(shape, data)
}

fn clip(inputs: &[&Tensor]) -> Result<Tensor> {
    let [x, low, high] = three(inputs)?;
    match (&x.data, &low.data, &high.data) {
        (Data::F32(values), Data::F32(low), Data::F32(high)) if low.len() == 1 && high.len() == 1 => {
            let clipped = |v: &f32| {
                let raised = if *v < low[0] { low[0] } else { *v };
                if raised > high[0] { high[0] } else { raised }
            };
            Tensor::new(x.shape.clone(), Data::F32(values.iter().map(clipped).collect()))
        }
        (Data::F64(values), Data::F64(low), Data::F64(high)) if low.len() == 1 && high.len() == 1 => {
            let clipped = |v: &f64| v.max(low[0]).min(high[0]);
            Tensor::new(x.shape.clone(), Data::F64(values.iter().map(clipped).collect()))
        }
        _ => Err("Clip takes floats with scalar bounds of their type".into()),
    }
}

fn is_nan(x: &Tensor) -> Result<Tensor> {
    let Data::F32(values) = &x.data else { return Err(format!("IsNaN does not take {}", x.data.type_name())) };
    Tensor::new(x.shape.clone(), Data::Bool(values.iter().map(|v| v.is_nan()).collect()))
}

fn cast(x: &Tensor, to: i64) -> Result<Tensor> {
    let to = i32::try_from(to).unwrap_or(0);
    let data = match (&x.data, to) {
        (Data::Bool(v), data_type::FLOAT) => Data::F32(v.iter().map(|b| if *b { 1.0 } else { 0.0 }).collect()),
        (Data::Bool(v), data_type::DOUBLE) => Data::F64(v.iter().map(|b| if *b { 1.0 } else { 0.0 }).collect()),
        (Data::Bool(v), data_type::INT64) => Data::I64(v.iter().map(|b| i64::from(*b)).collect()),
        (Data::I64(v), data_type::FLOAT) => Data::F32(v.iter().map(|i| *i as f32).collect()),
        (Data::I64(v), data_type::DOUBLE) => Data::F64(v.iter().map(|i| *i as f64).collect()),
        (Data::F32(v), data_type::DOUBLE) => Data::F64(v.iter().map(|f| f64::from(*f)).collect()),
        (Data::F64(v), data_type::FLOAT) => Data::F32(v.iter().map(|d| *d as f32).collect()),
        (Data::F32(v), data_type::INT64) => Data::I64(v.iter().map(|f| *f as i64).collect()),
        (data, to) => return Err(format!("Cast from {} to type {to} is not supported", data.type_name())),
    };
    Tensor::new(x.shape.clone(), data)
}

fn unary(op: &str, x: &Tensor, attributes: &Attributes) -> Result<Tensor> {
    if let (Data::F64(values), "Sqrt") = (&x.data, op) {
        return Tensor::new(x.shape.clone(), Data::F64(values.iter().map(|v| v.sqrt()).collect()));
    }
    let Data::F32(values) = &x.data else { return Err(format!("{op} does not take {}", x.data.type_name())) };
    let data: Vec<f32> = match op {
        "Sqrt" => values.iter().map(|v| v.sqrt()).collect(),
        "Round" => values.iter().map(|v| v.round_ties_even()).collect(),
        "Log" => values.iter().map(|v| libm::logf(*v)).collect(),
        "Exp" => values.iter().map(|v| libm::expf(*v)).collect(),
        "Relu" => values.iter().map(|v| if *v > 0.0 || v.is_nan() { *v } else { 0.0 }).collect(),
        "Tanh" => values.iter().map(|v| libm::tanhf(*v)).collect(),
        "Sigmoid" => values.iter().map(|v| 1.0 / (1.0 + libm::expf(-*v))).collect(),
        _ => {
            let alpha = attributes.float_or("alpha", 1.673_263_2)?;
            let gamma = attributes.float_or("gamma", 1.050_701)?;
            let selu = |v: f32| gamma * if v > 0.0 { v } else { alpha * libm::expf(v) - alpha };
            values.iter().map(|v| selu(*v)).collect()
        }
    };
    Tensor::new(x.shape.clone(), Data::F32(data))
}

fn shape_of(x: &Tensor) -> Result<Tensor> {
    Tensor::new(vec![x.shape.len()], Data::I64(x.shape.iter().map(|d| *d as i64).collect()))
}

/// `ConstantOfShape` with its default value.
fn zeros(shape: &Tensor) -> Result<Tensor> {
    let Data::I64(sizes) = &shape.data else { return Err("a shape is not int64".into()) };
    let sizes: Option<Vec<usize>> = sizes.iter().map(|s| usize::try_from(*s).ok()).collect();
    let sizes = sizes.ok_or("a shape has a negative size")?;
    let n = n_elements(&sizes)?;
    Tensor::new(sizes, Data::F32(vec![0.0; n]))
}

fn axis_of(axis: i64, rank: usize) -> Result<usize> {
    let positive = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(positive).ok().filter(|a| *a < rank).ok_or_else(|| format!("there is no axis {axis}"))
}

fn concat(inputs: &[&Tensor], axis: i64) -> Result<Tensor> {
    let first = inputs.first().ok_or("Concat has no inputs")?;
    let axis = axis_of(axis, first.shape.len())?;
    let outer: usize = first.shape[..axis].iter().product();
    let mut shape = first.shape.clone();
    shape[axis] = 0;
    let mut parts = Vec::with_capacity(inputs.len());
    for input in inputs {
        let mut rest = input.shape.clone();
        let same_rank = rest.len() == shape.len();
        if same_rank {
            shape[axis] += rest[axis];
            rest[axis] = shape[axis];
        }
        if rest != shape {
            return Err("the inputs of Concat do not fit together".into());
        }
        parts.push((&input.data, input.shape[axis..].iter().product::<usize>()));
    }
    let n = n_elements(&shape)?;
    let data = match &first.data {
        Data::F32(_) => Data::F32(joined(outer, n, &parts, floats)?),
        Data::F64(_) => Data::F64(joined(outer, n, &parts, doubles)?),
        Data::Bool(_) => Data::Bool(joined(outer, n, &parts, flags)?),
        other => return Err(format!("Concat does not take {}", other.type_name())),
    };
    Tensor::new(shape, data)
}

/// Of each of `outer` rows the elements of every part, which each have a width.
fn joined<T: Copy>(
    outer: usize,
    n: usize,
    parts: &[(&Data, usize)],
    elements: fn(&Data) -> Option<&[T]>,
) -> Result<Vec<T>> {
    let parts: Option<Vec<(&[T], usize)>> =
        parts.iter().map(|(data, width)| elements(data).map(|values| (values, *width))).collect();
    let parts = parts.ok_or("the inputs of Concat have several types")?;
    let mut joined = Vec::with_capacity(n);
    for row in 0..outer {
        for (values, width) in &parts {
            joined.extend_from_slice(&values[row * width..(row + 1) * width]);
        }
    }
    Ok(joined)
}

fn floats(data: &Data) -> Option<&[f32]> {
    if let Data::F32(values) = data { Some(values) } else { None }
}

fn doubles(data: &Data) -> Option<&[f64]> {
    if let Data::F64(values) = data { Some(values) } else { None }
}

fn flags(data: &Data) -> Option<&[bool]> {
    if let Data::Bool(values) = data { Some(values) } else { None }
}

fn regex_full_match(x: &Tensor, attributes: &Attributes) -> Result<Tensor> {
    let Data::Text(texts) = &x.data else { return Err(format!("RegexFullMatch does not take {}", x.data.type_name())) };
    let pattern = Pattern::new(&attributes.text_or("pattern", "")?)?;
    Tensor::new(x.shape.clone(), Data::Bool(texts.iter().map(|text| pattern.matches(text)).collect()))
}

fn gather(inputs: &[&Tensor], axis: i64) -> Result<Tensor> {
    let (x, indices) = two(inputs)?;
    let axis = axis_of(axis, x.shape.len())?;
    let Data::I64(wanted) = &indices.data else { return Err("the indices of Gather are not int64".into()) };
    let size = x.shape[axis];
    let wanted: Vec<usize> = wanted
        .iter()
        .map(|i| axis_of(*i, size).map_err(|_| format!("Gather asks for element {i} of {size}")))
        .collect::<Result<_>>()?;
    let outer: usize = x.shape[..axis].iter().product();
    let inner: usize = x.shape[axis + 1..].iter().product();
    let mut shape = x.shape[..axis].to_vec();
    shape.extend_from_slice(&indices.shape);
    shape.extend_from_slice(&x.shape[axis + 1..]);
    n_elements(&shape)?;
    let wanted = &wanted;
    let positions = (0..outer)
        .flat_map(move |o| wanted.iter().flat_map(move |w| (0..inner).map(move |i| (o * size + w) * inner + i)));
    Tensor::new(shape, x.data.pick(positions))
}

/// The same elements in another shape, of which one size may be −1: what is left.
fn reshape(inputs: &[&Tensor]) -> Result<Tensor> {
    let (x, shape) = two(inputs)?;
    let Data::I64(wanted) = &shape.data else { return Err("a shape is not int64".into()) };
    let known: Option<Vec<Option<usize>>> = wanted
        .iter()
        .map(|size| if *size == -1 { Some(None) } else { usize::try_from(*size).ok().filter(|s| *s > 0).map(Some) })
        .collect();
    let known = known.ok_or("Reshape takes positive sizes, and −1")?;
    let product =
        known.iter().flatten().try_fold(1usize, |n, size| n.checked_mul(*size)).ok_or("a shape is too large")?;
    let n_open = known.iter().filter(|size| size.is_none()).count();
    if n_open > 1 || x.data.len() % product != 0 {
        return Err(format!("Reshape of {:?} to {wanted:?} does not come out even", x.shape));
    }
    let sizes = known.into_iter().map(|size| size.unwrap_or(x.data.len() / product)).collect();
    Tensor::new(sizes, x.data.clone())
}

/// Over the last axis, which stays with size 1.
fn reduce_sum(inputs: &[&Tensor], attributes: &Attributes) -> Result<Tensor> {
    let (x, axes) = two(inputs)?;
    let Data::I64(axes) = &axes.data else { return Err("the axes of ReduceSum are not int64".into()) };
    let last = x.shape.len().checked_sub(1).ok_or("ReduceSum of a scalar")?;
    let plain = attributes.int_or("keepdims", 1)? == 1 && attributes.int_or("noop_with_empty_axes", 0)? == 0;
    if !plain || axes.len() != 1 || axis_of(axes[0], x.shape.len())? != last {
        return Err("ReduceSum is only supported over the last axis, which stays".into());
    }
    let mut shape = x.shape.clone();
    let width = std::mem::replace(&mut shape[last], 1);
    if width == 0 {
        return Err("ReduceSum over nothing".into());
    }
    let data = match &x.data {
        Data::F32(v) => Data::F32(v.chunks(width).map(|row| row.iter().fold(0.0, |sum, v| sum + v)).collect()),
        Data::F64(v) => Data::F64(v.chunks(width).map(|row| row.iter().fold(0.0, |sum, v| sum + v)).collect()),
        other => return Err(format!("ReduceSum does not take {}", other.type_name())),
    };
    Tensor::new(shape, data)
}

/// `A · B + C`, or `A · Bᵀ + C` with `transB`.
fn gemm(inputs: &[&Tensor], attributes: &Attributes) -> Result<Tensor> {
    let [a, b, c] = three(inputs)?;
    let plain = attributes.float_or("alpha", 1.0)? == 1.0
        && attributes.float_or("beta", 1.0)? == 1.0
        && attributes.int_or("transA", 0)? == 0;
    let transposed = attributes.int_or("transB", 0)? != 0;
    let ([rows, inner], [b0, b1], true) = (a.shape.as_slice(), b.shape.as_slice(), plain) else {
        return Err("Gemm takes matrices, without alpha, beta and transA".into());
    };
    let (depth, columns) = if transposed { (*b1, *b0) } else { (*b0, *b1) };
    if depth != *inner {
        return Err(format!("Gemm multiplies {rows} × {inner} with {depth} × {columns}"));
    }
    let shape = vec![*rows, columns];
    if broadcast_shape(&c.shape, &shape)? != shape {
        return Err("the bias of Gemm is larger than its product".into());
    }
    let from_bias = broadcast_positions(&c.shape, &shape);
    let data = match (&a.data, &b.data, &c.data) {
        (Data::F32(x), Data::F32(w), Data::F32(bias)) => {
            Data::F32(product(x, w, (depth, columns, transposed), |at| bias[from_bias[at]]))
        }
        (Data::F64(x), Data::F64(w), Data::F64(bias)) => {
            Data::F64(product(x, w, (depth, columns, transposed), |at| bias[from_bias[at]]))
        }
        (x, w, _) => return Err(types("Gemm", x, w)),
    };
    Tensor::new(shape, data)
}

/// Sums over the inputs in their order, then what is at the position of the output.
fn product<T: Copy + Default + std::ops::Add<Output = T> + std::ops::Mul<Output = T>>(
    x: &[T],
    w: &[T],
    (depth, columns, transposed): (usize, usize, bool),
    bias: impl Fn(usize) -> T,
) -> Vec<T> {
    let n_rows = x.len().checked_div(depth).unwrap_or(0);
    let mut values = Vec::with_capacity(n_rows * columns);
    for left in x.chunks_exact(depth.max(1)) {
        for column in 0..columns {
            let weight = |k: usize| if transposed { w[column * depth + k] } else { w[k * columns + column] };
            let sum = left.iter().enumerate().fold(T::default(), |sum, (k, v)| sum + *v * weight(k));
            values.push(sum + bias(values.len()));
        }
    }
    values
}

/// Over the last axis.
fn softmax(x: &Tensor, axis: i64) -> Result<Tensor> {
    let axis = axis_of(axis, x.shape.len())?;
    if axis + 1 != x.shape.len() {
        return Err("Softmax is only supported over the last axis".into());
    }
    let width = x.shape[axis];
    if let Data::F64(values) = &x.data {
        let mut out = Vec::with_capacity(values.len());
        for row in values.chunks(width.max(1)) {
            let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let powers: Vec<f64> = row.iter().map(|v| libm::exp(v - top)).collect();
            let sum: f64 = powers.iter().sum();
            out.extend(powers.iter().map(|p| p / sum));
        }
        return Tensor::new(x.shape.clone(), Data::F64(out));
    }
    let Data::F32(values) = &x.data else { return Err(format!("Softmax does not take {}", x.data.type_name())) };
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks(width.max(1)) {
        let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: Vec<f32> = row.iter().map(|v| libm::expf(v - top)).collect();
        let sum: f32 = powers.iter().sum();
        out.extend(powers.iter().map(|p| p / sum));
    }
    Tensor::new(x.shape.clone(), Data::F32(out))
}

/// Over the last axis; the first of equal values.
fn arg_max(x: &Tensor, attributes: &Attributes) -> Result<Tensor> {
    let Data::F32(values) = &x.data else { return Err(format!("ArgMax does not take {}", x.data.type_name())) };
    let axis = axis_of(attributes.int_or("axis", 0)?, x.shape.len())?;
    if axis + 1 != x.shape.len() || attributes.int_or("select_last_index", 0)? != 0 {
        return Err("ArgMax is only supported over the last axis, for the first of equals".into());
    }
    let width = x.shape[axis];
    if width == 0 {
        return Err("ArgMax over nothing".into());
    }
    let best = |row: &[f32]| (1..row.len()).fold(0usize, |best, i| if row[i] > row[best] { i } else { best }) as i64;
    let mut shape = x.shape[..axis].to_vec();
    if attributes.int_or("keepdims", 1)? != 0 {
        shape.push(1);
    }
    Tensor::new(shape, Data::I64(values.chunks(width).map(best).collect()))
}

/// `TopK`: the smallest values over the last axis, ascending, and their positions; of equals the first.
///
/// # Errors
/// Inputs or attributes that ask for anything else.
pub fn top_k(inputs: &[&Tensor], attributes: &Attributes) -> Result<[Tensor; 2]> {
    let (x, k) = two(inputs)?;
    let plain = attributes.int_or("largest", 1)? == 0 && attributes.int_or("sorted", 1)? == 1;
    let (Data::F64(values), Data::I64(k), true) = (&x.data, &k.data, plain) else {
        return Err("TopK takes float64, the smallest first".into());
    };
    let axis = axis_of(attributes.int_or("axis", -1)?, x.shape.len())?;
    let width = x.shape[axis];
    let k = k.first().and_then(|k| usize::try_from(*k).ok()).filter(|k| (1..=width).contains(k));
    let Some(k) = k.filter(|_| axis + 1 == x.shape.len()) else {
        return Err("TopK takes as many as there are at most, over the last axis".into());
    };
    let mut shape = x.shape.clone();
    shape[axis] = k;
    n_elements(&shape)?;
    let (mut smallest, mut positions) = (Vec::new(), Vec::new());
    for row in values.chunks(width) {
        let mut order: Vec<usize> = (0..width).collect();
        order.order_by(|a, b| row[*a].total_cmp(&row[*b]));
        smallest.extend(order[..k].iter().map(|at| row[*at]));
        positions.extend(order[..k].iter().map(|at| *at as i64));
    }
    Ok([Tensor::new(shape.clone(), Data::F64(smallest))?, Tensor::new(shape, Data::I64(positions))?])
}

fn label_encoder(x: &Tensor, attributes: &Attributes) -> Result<Tensor> {
    let data = match &x.data {
        Data::Text(texts) => {
            let keys = attributes.strings("keys_strings")?;
            let values = attributes.ints("values_int64s")?;
            same_length(keys.len(), values.len())?;
            let table: BTreeMap<&str, i64> = keys.iter().map(String::as_str).zip(values.iter().copied()).collect();
            let default = attributes.int_or("default_int64", -1)?;
            Data::I64(texts.iter().map(|t| table.get(t.as_str()).copied().unwrap_or(default)).collect())
        }
        Data::I64(codes) => {
            let keys = attributes.ints("keys_int64s")?;
            let values = attributes.strings("values_strings")?;
            same_length(keys.len(), values.len())?;
            let table: BTreeMap<i64, String> = keys.iter().copied().zip(values).collect();
            let default = attributes.text_or("default_string", "_Unused")?;
            let text = |c: &i64| table.get(c).unwrap_or(&default).clone();
            Data::Text(codes.iter().map(text).collect())
        }
        other => return Err(format!("LabelEncoder does not take {}", other.type_name())),
    };
    Tensor::new(x.shape.clone(), data)
}

fn same_length(keys: usize, values: usize) -> Result<()> {
    if keys == values { Ok(()) } else { Err(format!("LabelEncoder has {keys} keys and {values} values")) }
}
