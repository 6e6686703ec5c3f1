#include "tests/contracts/files_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

const std::string kFolder = "C:\\ProgramData\\SSTP Watchdog\\";

class SimulatedFolder final : public FilesWorld {
public:
    Files& files() override { return files_; }

    std::string path(const std::string& name) override { return kFolder + name; }

    std::vector<std::string> listing() override {
        std::vector<std::string> names;
        for (const auto& [path, content] : world_.files) names.push_back(path.substr(kFolder.size()));
        return names;
    }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedFiles files_{world_};
};

INSTANTIATE_TEST_SUITE_P(Simulated, FilesContract,
                         testing::Values(MakeWorld<FilesWorld>{
                             "world", []() -> std::unique_ptr<FilesWorld> { return std::make_unique<SimulatedFolder>(); }}),
                         name_of<FilesWorld>);

}  // namespace
}  // namespace sstp::contracts
