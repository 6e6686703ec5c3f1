@{
    RootModule        = 'SstpWatchdog.psm1'
    ModuleVersion     = '1.0.0'
    GUID              = '6f3d3b0e-5c1a-4a6e-9d0b-2f7c8a41e5d9'
    Description       = 'The state of an RRAS server''s SSTP listener, and its heal, as objects.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Get-SstpWatchdog', 'Test-SstpWatchdog', 'Get-SstpWatchdogHistory', 'Invoke-SstpWatchdog')
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
