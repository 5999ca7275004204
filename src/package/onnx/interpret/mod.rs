//! An interpreter of the ONNX operators that Hearth writes: decodes the bytes of a model and runs them. It shares no code
//! with preparation or models, so that its agreement with them says something about the exported file.

mod operators;
mod pattern;
pub mod tensor;
mod trees;

use std::collections::BTreeMap;

use prost::Message;

use super::proto::{AttributeProto, Dimension, GraphProto, ModelProto, TensorProto, ValueInfoProto, data_type};
use crate::problem::Problem;
use tensor::{Data, Tensor};

/// Largest model file that is read.
pub const MAX_BYTES: usize = 512 << 20;
/// Most nodes of a graph.
pub const MAX_NODES: usize = 1_000_000;

/// A declared input or output: name, element type, and sizes (`None` for the number of rows).
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    pub name: String,
    pub element: i32,
    pub shape: Vec<Option<usize>>,
}

/// A decoded model that can be run.
pub struct Session {
    graph: GraphProto,
    constants: BTreeMap<String, Tensor>,
    pub inputs: Vec<Declared>,
    pub outputs: Vec<Declared>,
    pub metadata: Vec<(String, String)>,
}

fn problem(event: String) -> Problem {
    Problem {
        place: "model.onnx".into(),
        event: format!("The model file cannot be run: {event}."),
        kept: "Nothing was changed.".into(),
        cure: "Use a model.onnx that Hearth wrote, unchanged; download the package again if this one is damaged."
            .into(),
    }
}

impl Session {
    /// Decodes a model and checks that it uses nothing beyond what the interpreter runs.
    ///
    /// # Errors
    /// Too large, not a model, another version of the operators, or parts that are refused: external data, subgraphs,
    /// functions, sparse tensors.
    pub fn load(bytes: &[u8]) -> Result<Self, Problem> {
        Self::decode(bytes).map_err(problem)
    }

    fn decode(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MAX_BYTES {
            return Err(format!("it has {} bytes; at most {MAX_BYTES} are read", bytes.len()));
        }
        let model = ModelProto::decode(bytes).map_err(|e| format!("it is not an ONNX model ({e})"))?;
        let known: [(&str, &[i64], &str); 2] = [("", &[17, 20], "17 and 20 are"), ("ai.onnx.ml", &[3], "3 is")];
        for (domain, versions, words) in known {
            for opset in &model.opset_import {
                if opset.domain() == domain && !versions.contains(&opset.version()) {
                    return Err(format!("it needs version {} of the operators; {words} known", opset.version()));
                }
            }
        }
        if !model.functions.is_empty() {
            return Err("it defines functions of its own".into());
        }
        let mut graph = model.graph.ok_or("it has no graph")?;
        if graph.node.len() > MAX_NODES {
            return Err(format!("it has {} nodes; at most {MAX_NODES} are run", graph.node.len()));
        }
        if !graph.sparse_initializer.is_empty() {
            return Err("it holds sparse tensors".into());
        }
        let mut constants = BTreeMap::new();
        for initializer in std::mem::take(&mut graph.initializer) {
            let name = initializer.name().to_owned();
            let tensor = constant(initializer).map_err(|e| format!("constant {name}: {e}"))?;
            if constants.insert(name.clone(), tensor).is_some() {
                return Err(format!("constant {name} is there twice"));
            }
        }
        let inputs = graph.input.iter().map(declared).collect::<Result<_, _>>()?;
        let outputs = graph.output.iter().map(declared).collect::<Result<_, _>>()?;
        let entry = |e: super::proto::StringStringEntryProto| (e.key.unwrap_or_default(), e.value.unwrap_or_default());
        let metadata = model.metadata_props.into_iter().map(entry).collect();
        Ok(Self { graph, constants, inputs, outputs, metadata })
    }

    /// Runs the graph on one tensor per input, in the order of `inputs`; the outputs come in the order of `outputs`.
    ///
    /// # Errors
    /// A tensor of the wrong type or shape, an unknown operator, or an operator that does not take what it is given.
    pub fn run(&self, feeds: Vec<Tensor>) -> Result<Vec<Tensor>, Problem> {
        self.evaluate(feeds).map_err(problem)
    }

    fn evaluate(&self, feeds: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
        if feeds.len() != self.inputs.len() {
            return Err(format!("{} inputs were given instead of {}", feeds.len(), self.inputs.len()));
        }
        let mut values: BTreeMap<&str, Tensor> = BTreeMap::new();
        for (declared, feed) in self.inputs.iter().zip(feeds) {
            accepts(declared, &feed)?;
            values.insert(&declared.name, feed);
        }
        for node in &self.graph.node {
            let op = node.op_type();
            let place = |e: String| format!("{op} ({}): {e}", node.name());
            let inputs = node
                .input
                .iter()
                .map(|name| {
                    let value = values.get(name.as_str()).or_else(|| self.constants.get(name));
                    value.ok_or_else(|| place(format!("its input {name} has not been computed")))
                })
                .collect::<Result<Vec<_>, _>>()?;
            let of_two = (node.domain(), op) == ("", "TopK");
            let n_outputs = 1 + usize::from(of_two);
            if node.output.len() != n_outputs {
                return Err(place(format!("it has {} outputs instead of {n_outputs}", node.output.len())));
            }
            let attributes = Attributes(&node.attribute);
            attributes.check().map_err(place)?;
            let results = if of_two {
                operators::top_k(&inputs, &attributes).map(Vec::from)
            } else {
                operators::apply(node.domain(), op, &inputs, &attributes).map(|result| vec![result])
            };
            for (output, result) in node.output.iter().zip(results.map_err(place)?) {
                if self.constants.contains_key(output) || values.insert(output, result).is_some() {
                    return Err(place(format!("its output {output} is there twice")));
                }
            }
        }
        self.outputs
            .iter()
            .map(|declared| {
                let value = values.remove(declared.name.as_str());
                let value = value.ok_or_else(|| format!("the output {} is never computed", declared.name))?;
                accepts(declared, &value)?;
                Ok(value)
            })
            .collect()
    }
}

fn declared(info: &ValueInfoProto) -> Result<Declared, String> {
    let name = info.name().to_owned();
    let tensor = info.r#type.as_ref().and_then(|t| t.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| format!("{name} is not a tensor"))?;
    let dims = tensor.shape.as_ref().map(|s| s.dim.as_slice()).unwrap_or_default();
    let size = |dim: &super::proto::DimensionProto| match &dim.value {
        Some(Dimension::Size(n)) => usize::try_from(*n).map(Some).map_err(|_| format!("{name} has a negative size")),
        Some(Dimension::Named(_)) | None => Ok(None),
    };
    let shape = dims.iter().map(size).collect::<Result<_, _>>()?;
    Ok(Declared { element: tensor.elem_type(), shape, name })
}

fn accepts(declared: &Declared, value: &Tensor) -> Result<(), String> {
    let element = match &value.data {
        Data::F32(_) => data_type::FLOAT,
        Data::F64(_) => data_type::DOUBLE,
        Data::I64(_) => data_type::INT64,
        Data::Bool(_) => data_type::BOOL,
        Data::Text(_) => data_type::STRING,
    };
    let fits = declared.shape.len() == value.shape.len()
        && declared.shape.iter().zip(&value.shape).all(|(want, has)| want.is_none_or(|w| w == *has));
    if element != declared.element || !fits {
        let name = &declared.name;
        return Err(format!("{name} is {} of shape {:?}, not as declared", value.data.type_name(), value.shape));
    }
    Ok(())
}

fn constant(tensor: TensorProto) -> Result<Tensor, String> {
    if !tensor.external_data.is_empty() || tensor.data_location() != 0 {
        return Err("its data lie outside the file".into());
    }
    let dims: Option<Vec<usize>> = tensor.dims.iter().map(|d| usize::try_from(*d).ok()).collect();
    let shape = dims.ok_or("it has a negative size")?;
    tensor::n_elements(&shape)?;
    let raw = tensor.raw_data.as_deref();
    let data = match tensor.data_type() {
        data_type::FLOAT => Data::F32(match raw {
            Some(raw) => words(raw)?.map(f32::from_le_bytes).collect(),
            None => tensor.float_data,
        }),
        data_type::DOUBLE => Data::F64(match raw {
            Some(raw) => words(raw)?.map(f64::from_le_bytes).collect(),
            None => tensor.double_data,
        }),
        data_type::INT64 => Data::I64(match raw {
            Some(raw) => words(raw)?.map(i64::from_le_bytes).collect(),
            None => tensor.int64_data,
        }),
        other => return Err(format!("its element type {other} is not known")),
    };
    Tensor::new(shape, data)
}

/// Little-endian words of `WIDTH` bytes.
fn words<const WIDTH: usize>(raw: &[u8]) -> Result<impl Iterator<Item = [u8; WIDTH]> + '_, String> {
    let (words, rest) = raw.as_chunks::<WIDTH>();
    if rest.is_empty() { Ok(words.iter().copied()) } else { Err("its bytes end within a number".into()) }
}

/// The attributes of one node.
pub(super) struct Attributes<'a>(&'a [AttributeProto]);

impl Attributes<'_> {
    fn find(&self, name: &str) -> Option<&AttributeProto> {
        self.0.iter().find(|a| a.name() == name)
    }

    fn check(&self) -> Result<(), String> {
        let graph = self.0.iter().find(|a| a.g.is_some() || !a.graphs.is_empty());
        graph.map_or(Ok(()), |a| Err(format!("its attribute {} holds a graph", a.name())))
    }

    pub fn int(&self, name: &str) -> Result<i64, String> {
        self.find(name).and_then(|a| a.i).ok_or_else(|| format!("the attribute {name} is missing"))
    }

    pub fn int_or(&self, name: &str, default: i64) -> Result<i64, String> {
        if self.find(name).is_some() { self.int(name) } else { Ok(default) }
    }

    pub fn float_or(&self, name: &str, default: f32) -> Result<f32, String> {
        match self.find(name) {
            Some(attribute) => attribute.f.ok_or_else(|| format!("the attribute {name} is not a number")),
            None => Ok(default),
        }
    }

    pub fn text_or(&self, name: &str, default: &str) -> Result<String, String> {
        let Some(attribute) = self.find(name) else { return Ok(default.to_owned()) };
        let bytes = attribute.s.clone().ok_or_else(|| format!("the attribute {name} is not a text"))?;
        String::from_utf8(bytes).map_err(|_| format!("the attribute {name} is not UTF-8"))
    }

    pub fn ints(&self, name: &str) -> Result<&[i64], String> {
        self.find(name).map(|a| a.ints.as_slice()).ok_or_else(|| format!("the attribute {name} is missing"))
    }

    pub fn ints_or_none(&self, name: &str) -> Result<Option<&[i64]>, String> {
        if self.find(name).is_some() { self.ints(name).map(Some) } else { Ok(None) }
    }

    pub fn floats_or_none(&self, name: &str) -> Result<Option<&[f32]>, String> {
        Ok(self.find(name).map(|a| a.floats.as_slice()))
    }

    pub fn strings(&self, name: &str) -> Result<Vec<String>, String> {
        let attribute = self.find(name).ok_or_else(|| format!("the attribute {name} is missing"))?;
        let text = |bytes: &Vec<u8>| {
            String::from_utf8(bytes.clone()).map_err(|_| format!("the attribute {name} is not UTF-8"))
        };
        attribute.strings.iter().map(text).collect()
    }
}
