namespace Sightline.Core.Queries;

/// <summary>Bounds on the text of one query; a query beyond one is refused with the place.</summary>
public static class QueryLimits
{
    public const int Bytes = 64 * 1024;
    public const int Depth = 32;
    public const int Metrics = 30;
    public const int Dimensions = 5;
    public const int FilterNodes = 200;
    public const int FilterValues = 500;
    public const int ValueLength = 2048;
    public const int DefaultRows = 100;
    public const int Rows = 10_000;
    public const int Buckets = 50_000;
    public const int SegmentDepth = 8;
}
