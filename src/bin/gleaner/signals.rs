//! What happens on Ctrl-C: unfinished files go, and the program ends by the signal as it would have.

/// From now on, SIGINT, SIGTERM and SIGHUP take unfinished files along. Those that whoever started the program
/// has it ignore (`nohup`, a job in the background) stay ignored.
#[cfg(unix)]
pub fn watch() {
    use crate::output::replacement;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    // Where signals cannot be caught they end the program as ever.
    let Ok(mut signals) = Signals::new(wanted) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            replacement::abandon_all();
            let _ = emulate_default_handler(signal);
            std::process::exit(128 + signal);
        }
    });
}

/// The signals that this process ignores, bit by bit, where the system tells (Linux, in `proc(5)`).
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Nothing is done about signals here.
#[cfg(not(unix))]
pub fn watch() {}
