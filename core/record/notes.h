#pragma once

namespace sstp {

// Names of the notes (RecordContents::notes). Counters are decimal; a missing one is 0. A counter changes in the same
// commit as the event that it counts, so that it survives restarts and never disagrees with the journal.
inline constexpr char kNoteHealsPrefix[] = "heals_total.";             ///< + word(HealResult): "heals_total.succeeded"
inline constexpr char kNoteLastHealAt[] = "last_heal_at";              ///< RFC 3339, end of the last heal, any result
inline constexpr char kNoteLastHealResult[] = "last_heal_result";      ///< word(HealResult)
inline constexpr char kNoteLastHealText[] = "last_heal_text";          ///< HealOutcome::explanation
inline constexpr char kNoteEventLogGaps[] = "event_log_gaps_total";    ///< times that a bookmark had lost its record
inline constexpr char kNoteReportedOnly[] = "reported_only";           ///< reason words, comma-separated (DESIGN 7.10)
inline constexpr char kNoteCurrentCertificate[] = "current_certificate";   ///< SHA-256 of the certificate last seen in force
inline constexpr char kNoteKillSwitch[] = "kill_switch";               ///< "set" while the kill switch holds changes back
inline constexpr char kNoteRefusal[] = "refusal";                      ///< the refusal last told, with when and how often
inline constexpr char kNoteToldPrefix[] = "told.";                     ///< + reason|subject: when and how often it was told
// Beginnings of names: repetitions of one log event that wait (id and hash follow); what of down and restored was told last of
// a destination, and when; how much of its losses was told (destination.reason follows); "known" once it has a position.
inline constexpr char kNoteSeenPrefix[] = "seen.";
inline constexpr char kNoteDestinationPrefix[] = "siem_state.";
inline constexpr char kNoteLossPrefix[] = "siem_told.";
inline constexpr char kNotePositionPrefix[] = "siem_position.";
inline constexpr char kNoteWritten[] = "written";                 ///< number of the last update; finds out half-failed commits
inline constexpr char kNoteWrittenUnseen[] = "written_unseen";    ///< likewise, of updates made before the database was ever read

}  // namespace sstp
