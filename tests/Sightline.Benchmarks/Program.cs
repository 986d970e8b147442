using Sightline.Benchmarks;

Dictionary<string, Func<string[], Task<int>>> benchmarks = new(StringComparer.Ordinal)
{
    ["import"] = ImportBench.RunAsync,
    ["import-logs"] = ImportLogsBench.RunAsync,
    ["enrich"] = arguments => Task.FromResult(EnrichBenchmark.Run(arguments)),
    ["ingest"] = IngestBench.RunAsync,
    ["empty-endpoint"] = IngestBench.RunEmptyEndpointAsync,
    ["path"] = PathBench.RunAsync,
    ["query"] = QueryBenchmark.RunAsync,
    ["reads-beside-writes"] = ReadsBesideWrites.RunAsync,
    ["store"] = rest => Task.FromResult(StoreBenchmark.Run(rest)),
    ["series-store"] = rest => Task.FromResult(SeriesStoreBench.Run(rest)),
    ["query-fuzz"] = QueryFuzz.RunAsync,
    ["backup"] = rest => Task.FromResult(BackupBench.Run(rest)),
    ["soak-kill"] = SoakKill.RunAsync,
    ["soak-kill-metrics"] = SoakKill.MetricsAsync,
    ["log"] = LogBench.RunAsync,
    ["screenshots"] = Screenshots.RunAsync,
    ["overview"] = OverviewBench.RunAsync,
    ["metrics"] = MetricsBench.RunAsync,
    ["names"] = NamesBench.RunAsync,
    ["people"] = PeopleBench.RunAsync,
    ["endure"] = EnduranceBench.RunAsync,
    ["idle"] = IdleBench.RunAsync,
};
if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var run))
{
    return await run(args[1..]).ConfigureAwait(false);
}
Console.Error.WriteLine($"usage: Sightline.Benchmarks NAME; see CONTRIBUTING.md; names: {string.Join(", ", benchmarks.Keys)}");
return 2;
