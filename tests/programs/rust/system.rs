// Arguments, environment, standard input, files, maps with random seeds, time.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, prelude::*, BufReader, SeekFrom};
use std::time::SystemTime;

fn main() -> io::Result<()> {
    println!("{:?} {:?} {:?}", env::args().skip(1).collect::<Vec<_>>(), env::var("GREETING"), env::var("MISSING"));
    for (n, line) in io::stdin().lock().lines().enumerate() {
        println!("{} {}", n, line?);
    }
    let dir = env::temp_dir().join("uk-rust");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("a/b"))?;
    let path = dir.join("a/file");
    let mut f = File::create(&path)?;
    for i in 0..1000 {
        writeln!(f, "line {}", i)?;
    }
    drop(f);
    let mut f = OpenOptions::new().read(true).append(true).open(&path)?;
    f.write_all(b"last\n")?;
    f.seek(SeekFrom::Start(0))?;
    println!("{} lines", BufReader::new(&f).lines().count());
    println!("{} bytes", f.metadata()?.len());
    fs::rename(&path, dir.join("a/b/moved"))?;
    fs::copy(dir.join("a/b/moved"), dir.join("copy"))?;
    let mut names: Vec<_> = fs::read_dir(&dir)?.map(|e| e.unwrap().file_name()).collect();
    names.sort();
    println!("{:?}", names);
    println!("{:?}", File::open(&path).unwrap_err().kind());
    println!("{}", File::open(&path).unwrap_err());
    fs::remove_dir_all(&dir)?;
    println!("exists {}", dir.exists());

    let m: HashMap<u32, String> = (0..1000).map(|n| (n, n.to_string())).collect();
    let total: usize = m.values().map(String::len).sum();
    let set: HashSet<u32> = m.keys().map(|k| k % 10).collect();
    let sorted: BTreeMap<_, _> = m.iter().filter(|(k, _)| *k % 333 == 0).collect();
    println!("{} {} {:?}", total, set.len(), sorted);
    let host: u128 = env::var("START_NS").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    println!("clock {}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() >= host);
    println!("{:.3} {:e} {:>8} {:<5}| {:#x} {:?}", 1.0f64 / 3.0, 1234.5, "right", 1, 255, 'é');
    eprintln!("to the error stream");
    std::process::exit(3);
}
