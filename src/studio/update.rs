//! How an action changes the studio.
