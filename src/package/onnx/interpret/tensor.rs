//! Dense tensors of the five element types that the graphs use, row-major, with NumPy's broadcasting.

/// Most elements of one tensor: 1 GiB of f32.
pub const MAX_ELEMENTS: usize = 1 << 28;
/// Most dimensions of one tensor.
pub const MAX_RANK: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I64(Vec<i64>),
    Bool(Vec<bool>),
    Text(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Data,
}

impl Data {
    pub fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Self::F32(_) => "float32",
            Self::F64(_) => "float64",
            Self::I64(_) => "int64",
            Self::Bool(_) => "bool",
            Self::Text(_) => "string",
        }
    }

    /// The elements at `positions`, in that order.
    pub fn pick(&self, positions: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::F32(v) => Self::F32(positions.map(|p| v[p]).collect()),
            Self::F64(v) => Self::F64(positions.map(|p| v[p]).collect()),
            Self::I64(v) => Self::I64(positions.map(|p| v[p]).collect()),
            Self::Bool(v) => Self::Bool(positions.map(|p| v[p]).collect()),
            Self::Text(v) => Self::Text(positions.map(|p| v[p].clone()).collect()),
        }
    }
}

impl Tensor {
    /// # Errors
    /// When the shape is too large or does not fit the data.
    pub fn new(shape: Vec<usize>, data: Data) -> Result<Self, String> {
        let n = n_elements(&shape)?;
        if n != data.len() {
            return Err(format!("a tensor of shape {shape:?} has {} elements instead of {n}", data.len()));
        }
        Ok(Self { shape, data })
    }

    pub fn scalar(data: Data) -> Result<Self, String> {
        Self::new(Vec::new(), data)
    }
}

/// The number of elements of a shape.
///
/// # Errors
/// When there are more dimensions or elements than the caps allow.
pub fn n_elements(shape: &[usize]) -> Result<usize, String> {
    if shape.len() > MAX_RANK {
        return Err(format!("a tensor has {} dimensions; at most {MAX_RANK} are allowed", shape.len()));
    }
    let n = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
    n.filter(|n| *n <= MAX_ELEMENTS)
        .ok_or_else(|| format!("a tensor of shape {shape:?} is larger than {MAX_ELEMENTS} elements"))
}

/// The shape that tensors of these shapes broadcast to.
///
/// # Errors
/// When two sizes differ and neither is 1.
pub fn broadcast_shape(left: &[usize], right: &[usize]) -> Result<Vec<usize>, String> {
    let rank = left.len().max(right.len());
    let mut shape = vec![0; rank];
    for (axis, size) in shape.iter_mut().enumerate() {
        *size = match (padded(left, rank, axis), padded(right, rank, axis)) {
            (a, b) if a == b => a,
            (1, b) => b,
            (a, 1) => a,
            _ => return Err(format!("shapes {left:?} and {right:?} do not fit together")),
        };
    }
    n_elements(&shape)?;
    Ok(shape)
}

fn padded(shape: &[usize], rank: usize, axis: usize) -> usize {
    let missing = rank - shape.len();
    if axis < missing { 1 } else { shape[axis - missing] }
}

/// For each element of `to`, row-major, the position in a tensor of shape `from` that is broadcast to it.
pub fn broadcast_positions(from: &[usize], to: &[usize]) -> Vec<usize> {
    let rank = to.len();
    // The step in `from` for each axis of `to`; 0 where the axis is repeated.
    let mut steps = vec![0usize; rank];
    let mut step = 1;
    for axis in (0..rank).rev() {
        let size = padded(from, rank, axis);
        if size != 1 {
            steps[axis] = step;
        }
        step *= size;
    }
    let n: usize = to.iter().product();
    let mut positions = Vec::with_capacity(n);
    let mut index = vec![0usize; rank];
    let mut position = 0;
    for _ in 0..n {
        positions.push(position);
        for axis in (0..rank).rev() {
            index[axis] += 1;
            position += steps[axis];
            if index[axis] < to[axis] {
                break;
            }
            position -= steps[axis] * to[axis];
            index[axis] = 0;
        }
    }
    positions
}
