# What sstp-watchdog.exe answers with --json, as objects. Nothing is decided here. Windows PowerShell 5.1 and PowerShell 7; an elevated console.
Set-StrictMode -Version 3.0

$script:Program = Join-Path $env:ProgramFiles 'SSTP Watchdog\sstp-watchdog.exe'

# Exit codes say how the server is, and are no failure; an answer that is no JSON is one.
function Read-Answer {
    param([string[]] $Arguments)
    $text = & $script:Program @Arguments 2>&1 | ForEach-Object { "$_" } | Out-String
    try {
        $text | ConvertFrom-Json
    }
    catch {
        throw "sstp-watchdog $($Arguments -join ' ') ended with $LASTEXITCODE and said: $($text.Trim())"
    }
}

<#
.SYNOPSIS
The state of this server's SSTP listener: a look now, or with -Last what the service found last.
.EXAMPLE
(Get-SstpWatchdog).to_do
#>
function Get-SstpWatchdog {
    [CmdletBinding()]
    param([switch] $Last)
    if ($Last) { Read-Answer 'status', '--json' } else { Read-Answer 'check', '--json' }
}

<#
.SYNOPSIS
True when a look now finds nothing critical and could read everything. -Strict: and nothing that warns.
.EXAMPLE
Invoke-Command VPN01, VPN02 { Test-SstpWatchdog }
#>
function Test-SstpWatchdog {
    [CmdletBinding()]
    [OutputType([bool])]
    param([switch] $Strict)
    $state = Get-SstpWatchdog
    if ($Strict) { return $state.status -eq 'ok' }
    return $state.status -in 'ok', 'warning'
}

<#
.SYNOPSIS
The journal, oldest first. -Since: a time, or an age such as 24h.
#>
function Get-SstpWatchdogHistory {
    [CmdletBinding()]
    param([string] $Since = '7d')
    (Read-Answer 'history', '--json', '--since', $Since).events
}

<#
.SYNOPSIS
Heals now, as sstp-watchdog heal does. -WhatIf shows the steps and ends no session. -IgnoreWindow: what works may be restarted outside the maintenance window too.
.EXAMPLE
Invoke-SstpWatchdog -WhatIf
#>
function Invoke-SstpWatchdog {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param([switch] $IgnoreWindow)
    $plan = Read-Answer 'plan', '--json'
    if ($null -eq $plan.plan) {
        Write-Verbose "Nothing would be changed: $($plan.summary)"
        return $plan
    }
    $steps = ($plan.plan.steps | ForEach-Object { $_.description }) -join '; '
    if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, $steps)) { return $plan }
    $arguments = @('heal')
    if ($IgnoreWindow) { $arguments += '--ignore-window' }
    & $script:Program @arguments | ForEach-Object { Write-Verbose $_ }
    if ($LASTEXITCODE -ne 0) { Write-Error "sstp-watchdog heal ended with $LASTEXITCODE (1 failed or something critical is left, 11 refused): $((Get-SstpWatchdog).to_do)" }
    Get-SstpWatchdog
}

Export-ModuleMember -Function @('Get-SstpWatchdog', 'Test-SstpWatchdog', 'Get-SstpWatchdogHistory', 'Invoke-SstpWatchdog')
