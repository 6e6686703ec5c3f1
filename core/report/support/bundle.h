#pragma once

#include "core/policy/policy_values.h"
#include "core/record/snapshot.h"
#include "core/report/cycle_report.h"
#include "core/report/support/zip.h"

#include <string>
#include <vector>

namespace sstp {

/// What `support` collects on a server, as it was found: nothing in it is redacted yet.
struct SupportMaterial {
    /// A file of the data folder, whole or its end.
    struct File {
        std::string name;                        ///< in the zip: "logs/sstp-watchdog.log"
        std::string says;                        ///< for the table of contents
        std::string content;
    };
    struct Version {
        std::string of;                          ///< "Windows"
        std::string is;                          ///< "10.0.20348.2849"
    };

    ReportHead head;
    CycleReport look;
    Policy policy;
    std::string nobody_heals;
    Snapshot snapshot;
    std::vector<PolicyValue> values;             ///< in force, each with its origin
    std::vector<std::string> policy_problems;    ///< of the file
    std::vector<JournalEvent> events;
    std::vector<Version> versions;
    std::vector<File> files;
    std::vector<std::string> missing;            ///< a sentence for each thing that could not be had
};

/// What goes into the zip, and what says so.
struct SupportBundle {
    std::vector<ZipMember> members;              ///< the first is contents.txt
    std::string contents;                        ///< its text: a table of contents, what was replaced, what is never in, what is missing
};

/// Redacted, all of it by one Redaction, so that what is equal in one file is equal in another. Never throws for what it holds.
SupportBundle support_bundle(const SupportMaterial& material);

}  // namespace sstp
