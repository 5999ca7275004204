//! One list of what can be done, for menus, palette and shortcuts.
