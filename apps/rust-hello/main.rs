// Touches what Rust's standard library needs of the system: threads, channels,
// thread-locals, unwinding, files, time.
use std::cell::Cell;
use std::collections::HashMap;
use std::fs;
use std::panic;
use std::sync::{mpsc, Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

thread_local! {
    static DEPTH: Cell<u32> = Cell::new(0);
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

fn main() {
    println!("Hello from Rust code");

    let total = Arc::new(Mutex::new(0u64));
    let handles: Vec<_> = (0..4u64)
        .map(|n| {
            let total = Arc::clone(&total);
            thread::spawn(move || {
                for i in 0..1000 {
                    DEPTH.with(|d| d.set(d.get() + 1));
                    *total.lock().unwrap() += i * n;
                }
                DEPTH.with(|d| d.get())
            })
        })
        .collect();
    let depths: Vec<u32> = handles.into_iter().map(|h| h.join().unwrap()).collect();
    println!("total {} depths {:?} own {}", total.lock().unwrap(), depths, DEPTH.with(|d| d.get()));

    let (tx, rx) = mpsc::channel();
    for n in 0..3 {
        let tx = tx.clone();
        thread::spawn(move || tx.send(n * n).unwrap());
    }
    drop(tx);
    let mut got: Vec<i32> = rx.iter().collect();
    got.sort();
    println!("received {:?}", got);

    panic::set_hook(Box::new(|_| {}));
    let caught = panic::catch_unwind(|| {
        let _n = Noisy("while unwinding");
        panic!("on purpose");
    });
    println!("caught {:?}", caught.unwrap_err().downcast_ref::<&str>());
    println!("thread panicked {}", thread::spawn(|| panic!("there")).join().is_err());

    let mut words: HashMap<&str, usize> = HashMap::new();
    for w in "a b a c b a".split(' ') {
        *words.entry(w).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = words.into_iter().collect();
    counts.sort();
    println!("{:?}", counts);

    let start = Instant::now();
    thread::sleep(Duration::from_millis(10));
    println!("slept {}", start.elapsed() >= Duration::from_millis(10));

    let path = std::env::temp_dir().join("rust-note");
    fs::write(&path, "written by Rust").unwrap();
    println!("{}", fs::read_to_string(&path).unwrap());
    fs::remove_file(&path).unwrap();
    println!("gone {}", fs::metadata(&path).is_err());
}
