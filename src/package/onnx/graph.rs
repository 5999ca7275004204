//! A small builder of ONNX graphs: every value and node gets a name that no other has.

use std::collections::BTreeSet;

use super::proto::{
    AttributeProto, Dimension, DimensionProto, GraphProto, NodeProto, TensorProto, TensorShapeProto, TensorTypeProto,
    TypeProto, ValueInfoProto, attribute_type, data_type,
};

/// The name of a value in the graph under construction.
pub type Value = String;

/// The domain of the operators that come from traditional machine learning.
pub const ML_DOMAIN: &str = "ai.onnx.ml";

/// One dimension of a declared input or output.
#[derive(Clone, Copy)]
pub enum Size {
    /// The number of rows.
    Rows,
    Fixed(usize),
}

/// A graph that grows by nodes in the order of computation.
#[derive(Default)]
pub struct Graph {
    graph: GraphProto,
    names: BTreeSet<String>,
    counter: usize,
}

impl Graph {
    /// A graph in which no generated name equals one of `reserved`.
    pub fn new(name: &str, reserved: &[&str]) -> Self {
        Self {
            graph: GraphProto { name: Some(name.to_owned()), ..GraphProto::default() },
            names: reserved.iter().map(|n| (*n).to_owned()).collect(),
            counter: 0,
        }
    }

    /// Declares an input; its name is `wanted` made safe and unique (see `safe_name`).
    pub fn input(&mut self, wanted: &str, element: i32, shape: &[Size], note: &str) -> Value {
        let position = self.graph.input.len() + 1;
        let base = safe_name(wanted, position);
        let mut name = base.clone();
        let mut copy = 1;
        while !self.names.insert(name.clone()) {
            copy += 1;
            name = format!("{base} ({copy})");
        }
        self.graph.input.push(value_info(&name, element, shape, note));
        name
    }

    /// Declares a reserved name as an output and gives it the value of `source`.
    pub fn output(&mut self, name: &str, source: &Value, element: i32, shape: &[Size], note: &str) {
        self.push("", "Identity", vec![source.clone()], name.to_owned(), Vec::new());
        self.graph.output.push(value_info(name, element, shape, note));
    }

    /// Adds a node of the standard's main domain and returns its output.
    pub fn node(&mut self, op: &str, inputs: &[&Value], attributes: Vec<AttributeProto>) -> Value {
        self.node_in("", op, inputs, attributes)
    }

    pub fn node_in(&mut self, domain: &str, op: &str, inputs: &[&Value], attributes: Vec<AttributeProto>) -> Value {
        let output = self.fresh(op);
        self.push(domain, op, inputs.iter().map(|i| (*i).clone()).collect(), output.clone(), attributes);
        output
    }

    /// Adds a node with two outputs.
    pub fn node_of_two(&mut self, op: &str, inputs: &[&Value], attributes: Vec<AttributeProto>) -> [Value; 2] {
        let first = self.node(op, inputs, attributes);
        let second = self.fresh(op);
        if let Some(node) = self.graph.node.last_mut() {
            node.output.push(second.clone());
        }
        [first, second]
    }

    pub fn floats(&mut self, dims: &[usize], values: &[f32]) -> Value {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.initializer(dims, data_type::FLOAT, |t| t.raw_data = Some(raw))
    }

    pub fn doubles(&mut self, dims: &[usize], values: &[f64]) -> Value {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.initializer(dims, data_type::DOUBLE, |t| t.raw_data = Some(raw))
    }

    pub fn integers(&mut self, dims: &[usize], values: &[i64]) -> Value {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.initializer(dims, data_type::INT64, |t| t.raw_data = Some(raw))
    }

    /// An int64 scalar.
    pub fn integer(&mut self, value: i64) -> Value {
        self.integers(&[], &[value])
    }

    pub fn cast(&mut self, value: &Value, to: i32) -> Value {
        self.node("Cast", &[value], vec![int("to", i64::from(to))])
    }

    pub fn finish(self) -> GraphProto {
        self.graph
    }

    fn initializer(&mut self, dims: &[usize], data_type: i32, fill: impl FnOnce(&mut TensorProto)) -> Value {
        let name = self.fresh("constant");
        let mut tensor = TensorProto {
            dims: dims.iter().map(|d| *d as i64).collect(),
            data_type: Some(data_type),
            name: Some(name.clone()),
            ..TensorProto::default()
        };
        fill(&mut tensor);
        self.graph.initializer.push(tensor);
        name
    }

    fn push(&mut self, domain: &str, op: &str, input: Vec<Value>, output: Value, attribute: Vec<AttributeProto>) {
        self.graph.node.push(NodeProto {
            input,
            name: Some(format!("node/{output}")),
            output: vec![output],
            op_type: Some(op.to_owned()),
            attribute,
            domain: (!domain.is_empty()).then(|| domain.to_owned()),
        });
    }

    fn fresh(&mut self, hint: &str) -> Value {
        loop {
            self.counter += 1;
            let name = format!("{hint}_{}", self.counter);
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// A column's name as the name of a graph input: control characters, which C interfaces cut names at, become `_`; an
/// empty name, which ONNX reads as "not given", becomes `column N`; `__proto__`, which JavaScript objects swallow, gets
/// a trailing `_`.
pub fn safe_name(name: &str, position: usize) -> String {
    let safe: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    match safe.as_str() {
        "" => format!("column {position}"),
        "__proto__" => "__proto___".to_owned(),
        _ => safe,
    }
}

fn value_info(name: &str, element: i32, shape: &[Size], note: &str) -> ValueInfoProto {
    let dim = shape
        .iter()
        .map(|size| DimensionProto {
            value: Some(match size {
                Size::Rows => Dimension::Named("N".to_owned()),
                Size::Fixed(n) => Dimension::Size(*n as i64),
            }),
        })
        .collect();
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto { elem_type: Some(element), shape: Some(TensorShapeProto { dim }) }),
        }),
        doc_string: (!note.is_empty()).then(|| note.to_owned()),
    }
}

fn attribute(name: &str, kind: i32) -> AttributeProto {
    AttributeProto { name: Some(name.to_owned()), r#type: Some(kind), ..AttributeProto::default() }
}

pub fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { i: Some(value), ..attribute(name, attribute_type::INT) }
}

pub fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto { f: Some(value), ..attribute(name, attribute_type::FLOAT) }
}

pub fn floats(name: &str, values: Vec<f32>) -> AttributeProto {
    AttributeProto { floats: values, ..attribute(name, attribute_type::FLOATS) }
}

pub fn ints(name: &str, values: Vec<i64>) -> AttributeProto {
    AttributeProto { ints: values, ..attribute(name, attribute_type::INTS) }
}

pub fn string(name: &str, value: &str) -> AttributeProto {
    AttributeProto { s: Some(value.as_bytes().to_vec()), ..attribute(name, attribute_type::STRING) }
}

pub fn strings<'a>(name: &str, values: impl IntoIterator<Item = &'a str>) -> AttributeProto {
    let strings = values.into_iter().map(|v| v.as_bytes().to_vec()).collect();
    AttributeProto { strings, ..attribute(name, attribute_type::STRINGS) }
}
