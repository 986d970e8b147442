using System.Runtime.InteropServices;

namespace Sightline.Store.DuckDb;

/// <summary><c>duckdb_result</c> of the C API: five deprecated members and the one that counts. Passed by value, so its size matters.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DuckDbNativeResult
{
    private readonly ulong _columnCount;
    private readonly ulong _rowCount;
    private readonly ulong _rowsChanged;
    private readonly nint _columns;
    private readonly nint _errorMessage;
    private readonly nint _data;
}
