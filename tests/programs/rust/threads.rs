// Threads, scoped ones, channels, locks, barriers, parking, thread-locals with drop.
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, Once, RwLock};
use std::thread;
use std::time::{Duration, Instant};

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Local(Vec<u32>);

impl Drop for Local {
    fn drop(&mut self) {
        DROPPED.fetch_add(self.0.len(), Ordering::SeqCst);
    }
}

thread_local! {
    static LOCAL: RefCell<Local> = RefCell::new(Local(Vec::new()));
}

fn main() {
    let (tx, rx) = mpsc::sync_channel(3);
    let producer = thread::spawn(move || {
        for i in 0..1000u64 {
            tx.send(i).unwrap();
        }
    });
    println!("sum {}", rx.iter().sum::<u64>());
    producer.join().unwrap();
    println!("closed {:?}", rx.recv());

    let barrier = Arc::new(Barrier::new(8));
    let leaders = Arc::new(AtomicUsize::new(0));
    let hs: Vec<_> = (0..8)
        .map(|n| {
            let (b, l) = (barrier.clone(), leaders.clone());
            thread::Builder::new()
                .name(format!("worker-{}", n))
                .stack_size(256 << 10)
                .spawn(move || {
                    for _ in 0..50 {
                        if b.wait().is_leader() {
                            l.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                    LOCAL.with(|v| v.borrow_mut().0.push(n));
                    thread::current().name().unwrap().len()
                })
                .unwrap()
        })
        .collect();
    let names: usize = hs.into_iter().map(|h| h.join().unwrap()).sum();
    println!("leaders {} names {} dropped {}", leaders.load(Ordering::SeqCst), names, DROPPED.load(Ordering::SeqCst));

    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let p2 = pair.clone();
    let h = thread::spawn(move || {
        let (m, c) = &*p2;
        for _ in 0..100 {
            *m.lock().unwrap() += 1;
            c.notify_all();
        }
    });
    let (m, c) = &*pair;
    let g = c.wait_while(m.lock().unwrap(), |n| *n < 100).unwrap();
    println!("reached {}", *g);
    let (g, timeout) = c.wait_timeout(g, Duration::from_millis(5)).unwrap();
    println!("timed out {}", timeout.timed_out());
    drop(g);
    h.join().unwrap();

    let data = RwLock::new(vec![1, 2, 3]);
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| data.read().unwrap().len());
        }
        s.spawn(|| data.write().unwrap().push(4));
    });
    println!("{:?}", data.read().unwrap());
    static ONCE: Once = Once::new();
    ONCE.call_once(|| println!("once"));
    ONCE.call_once(|| println!("twice"));
    let parked = thread::spawn(|| {
        thread::park();
        "unparked"
    });
    parked.thread().unpark();
    println!("{}", parked.join().unwrap());
    let start = Instant::now();
    thread::sleep(Duration::from_millis(5));
    println!("slept {}", start.elapsed() >= Duration::from_millis(5));
    println!("parallelism {}", thread::available_parallelism().unwrap().get() > 0);
}
