//! Seconds of an import's parts, and its memory: `cargo run --release --example import_speed FILE.csv [repeats]`. The engine
//! in the browser is built for size: `--profile engine` instead of `--release` is nearer to it, and
//! `RUSTFLAGS='--cfg sha2_256_backend="soft"'` does without the processor's own SHA-256, which WebAssembly does not reach.
//!
//! Seconds are of the processor where the system tells them (Linux). Memory is the peak of what was allocated, the file
//! itself left out, which is read from the disk a slice at a time; a block that grows counts twice while it is moved.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use hearth::table::csv::{ImportJob, Imported, Limits, Step};
use hearth::table::profile::profile;
use hearth::table::source::ByteSource;
use sha2::{Digest, Sha256};

/// Bytes that are allocated, and the most that were.
struct Counted;
static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn add(n_bytes: usize) {
    MOST.fetch_max(NOW.fetch_add(n_bytes, Relaxed) + n_bytes, Relaxed);
}

// SAFETY: everything is asked of the system's allocator as it comes.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, n_bytes: usize) -> *mut u8 {
        add(n_bytes);
        let moved = unsafe { System.realloc(block, layout, n_bytes) };
        NOW.fetch_sub(layout.size(), Relaxed);
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// A file on the disk, read as the browser's is.
struct OnDisk {
    file: File,
    n_bytes: u64,
}

impl ByteSource for OnDisk {
    fn len(&self) -> u64 {
        self.n_bytes
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; length.min(self.n_bytes.saturating_sub(offset) as usize)];
        let read = self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(&mut bytes));
        read.map(|()| bytes).map_err(|error| error.to_string())
    }
}

/// Seconds of the processor, or of the clock where they are not told.
fn seconds(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|text| text.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn imported(path: &str, source: &mut dyn ByteSource) -> Imported {
    let mut job = ImportJob::new(path, None, Limits::DEFAULT);
    loop {
        if let Step::Done(imported) = job.step(source).expect("a table") {
            return *imported;
        }
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let repeats = std::env::args().nth(2).map_or(3, |text| text.parse().expect("a number"));
    let file = File::open(&path).expect("a file that can be read");
    let n_bytes = file.metadata().expect("a file that can be read").len();
    let mut source = OnDisk { file, n_bytes };
    let clock = Instant::now();
    for _ in 0..repeats {
        let before = NOW.load(Relaxed);
        MOST.store(before, Relaxed);
        let times_the_file = |n: usize| (n - before) as f64 / n_bytes as f64;
        let timed = |what: &str, start: f64| {
            let seconds = seconds(clock) - start;
            println!("{what}: {seconds:.3} s, {:.0} MB/s", n_bytes as f64 / 1e6 / seconds);
        };

        let start = seconds(clock);
        let imported = imported(&path, &mut source);
        timed("import", start);
        let start = seconds(clock);
        let profiles: Vec<_> = imported.read.table.columns.iter().map(profile).collect();
        timed("summaries", start);
        let [most, held] = [&MOST, &NOW].map(|bytes| times_the_file(bytes.load(Relaxed)));
        println!("memory: {most:.2} times the file at most, {held:.2} at the end");

        let bytes = source.read(0, n_bytes as usize).expect("a file that can be read");
        let start = seconds(clock);
        let digest = Sha256::digest(&bytes);
        timed("of the import, SHA-256", start);
        println!("{} rows, {} columns, {:02x}", imported.read.table.n_rows, profiles.len(), digest[0]);
    }
}
