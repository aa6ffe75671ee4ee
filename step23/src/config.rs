//! The switch for the recording of graphs.

use std::cell::Cell;

thread_local! {
    pub(crate) static ENABLE_BACKPROP: Cell<bool> = const { Cell::new(true) };
}

/// Runs `f` with the recording of graphs on or off, on this thread. After it, also if it panics,
/// the switch is back where it was (section 18.5).
pub fn using_config<T>(enable_backprop: bool, f: impl FnOnce() -> T) -> T {
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            ENABLE_BACKPROP.set(self.0);
        }
    }

    let _restore = Restore(ENABLE_BACKPROP.replace(enable_backprop));
    f()
}

/// Runs `f` without recording a graph: the variables that functions make in it have no creator
/// (section 18.5).
pub fn no_grad<T>(f: impl FnOnce() -> T) -> T {
    using_config(false, f)
}
