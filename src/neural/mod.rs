//! The neural trainer: the only place that names burn. It takes prepared numbers and returns plain weights.
