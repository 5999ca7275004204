//! The engine: answers requests in steps, so that the worker stays able to listen.
