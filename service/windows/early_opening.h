#pragma once

namespace sstp {

/// What Windows' chain engine and Schannel read when a process first asks them (roots, issuers, libraries) takes longer than all that a
/// start does before it asks. Has them begin now, on a thread of its own. No key is opened, no network asked, and nothing rests on it: what
/// is not ready when it is needed is made then.
void open_early();

/// Waits for the engine where it is just being opened: a second thread that asks meanwhile would read it all once more.
void wait_for_chain_engine();

}  // namespace sstp
