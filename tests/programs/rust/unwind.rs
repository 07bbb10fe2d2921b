// Unwinding: catch_unwind, resume_unwind, drops in order, poisoned locks, panics in threads.
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread;

struct Noisy(u32);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {} panicking {}", self.0, thread::panicking());
    }
}

fn deep(n: u32) -> u32 {
    let _guard = Noisy(n);
    if n == 0 {
        let v: Vec<u32> = Vec::new();
        return v[n as usize];
    }
    deep(n - 1) + 1
}

fn main() {
    panic::set_hook(Box::new(|info| {
        println!("hook at line {}", info.location().unwrap().line() > 0);
    }));
    let r = panic::catch_unwind(|| deep(3));
    println!("{:?}", r.unwrap_err().downcast_ref::<String>());
    let m = Arc::new(Mutex::new(1));
    let m2 = m.clone();
    let r = thread::spawn(move || {
        let _g = m2.lock().unwrap();
        panic!("while locked {}", 7);
    })
    .join();
    println!("{:?} poisoned {}", r.unwrap_err().downcast_ref::<String>(), m.is_poisoned());
    let r = panic::catch_unwind(|| {
        let inner = panic::catch_unwind(|| panic!("inner"));
        panic::resume_unwind(inner.unwrap_err());
    });
    println!("{:?}", r.unwrap_err().downcast_ref::<&str>());
    let mut caught = 0;
    panic::set_hook(Box::new(|_| {}));
    for i in 0..500 {
        if panic::catch_unwind(|| if i % 2 == 0 { panic!() }).is_err() {
            caught += 1;
        }
    }
    println!("caught {}", caught);
    println!("{:?}", "12x".parse::<i32>());
    println!("{:?}", i32::MAX.checked_add(1));
}
