using System.Reflection;
using System.Runtime.InteropServices;

namespace Sightline.Store.DuckDb;

/// <summary>The functions of DuckDB's C API that we use. The library lies beside the application, put there by the build.</summary>
internal static unsafe partial class DuckDbNative
{
    public const int Success = 0;

    private const string Library = "duckdb";

    static DuckDbNative() => NativeLibrary.SetDllImportResolver(typeof(DuckDbNative).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Library ? NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libduckdb.so")) : 0;

    public static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    [LibraryImport(Library)]
    public static partial byte* duckdb_library_version();

    [LibraryImport(Library)]
    public static partial void duckdb_free(void* pointer);

    [LibraryImport(Library)]
    public static partial int duckdb_create_config(out nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_set_config(nint config, string name, string value);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_config(ref nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_open_ext(string path, out nint database, nint config, out byte* error);

    [LibraryImport(Library)]
    public static partial void duckdb_close(ref nint database);

    [LibraryImport(Library)]
    public static partial int duckdb_connect(DuckDbDatabaseHandle database, out nint connection);

    [LibraryImport(Library)]
    public static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    public static partial void duckdb_interrupt(DuckDbConnectionHandle connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_query(DuckDbConnectionHandle connection, string sql, out DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_result(ref DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial byte* duckdb_result_error(ref DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial int duckdb_result_error_type(ref DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial ulong duckdb_rows_changed(ref DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial ulong duckdb_column_count(ref DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial byte* duckdb_column_name(ref DuckDbNativeResult result, ulong column);

    [LibraryImport(Library)]
    public static partial DuckDbType duckdb_column_type(ref DuckDbNativeResult result, ulong column);

    [LibraryImport(Library)]
    public static partial nint duckdb_fetch_chunk(DuckDbNativeResult result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_prepare(DuckDbConnectionHandle connection, string sql, out nint statement);

    [LibraryImport(Library)]
    public static partial byte* duckdb_prepare_error(nint statement);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_prepare(ref nint statement);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_boolean(DuckDbStatementHandle statement, ulong index, byte value);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_int64(DuckDbStatementHandle statement, ulong index, long value);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_uint64(DuckDbStatementHandle statement, ulong index, ulong value);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_double(DuckDbStatementHandle statement, ulong index, double value);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_varchar_length(DuckDbStatementHandle statement, ulong index, byte* text, ulong length);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_blob(DuckDbStatementHandle statement, ulong index, byte* data, ulong length);

    [LibraryImport(Library)]
    public static partial int duckdb_bind_null(DuckDbStatementHandle statement, ulong index);

    [LibraryImport(Library)]
    public static partial int duckdb_clear_bindings(DuckDbStatementHandle statement);

    [LibraryImport(Library)]
    public static partial int duckdb_execute_prepared(DuckDbStatementHandle statement, out DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial int duckdb_pending_prepared_streaming(DuckDbStatementHandle statement, out nint pending);

    [LibraryImport(Library)]
    public static partial int duckdb_execute_pending(nint pending, out DuckDbNativeResult result);

    [LibraryImport(Library)]
    public static partial byte* duckdb_pending_error(nint pending);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_pending(ref nint pending);

    [LibraryImport(Library)]
    public static partial nint duckdb_create_logical_type(DuckDbType type);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_logical_type(ref nint type);

    [LibraryImport(Library)]
    public static partial ulong duckdb_vector_size();

    [LibraryImport(Library)]
    public static partial nint duckdb_create_data_chunk(nint* types, ulong count);

    [LibraryImport(Library)]
    public static partial void duckdb_destroy_data_chunk(ref nint chunk);

    [LibraryImport(Library)]
    public static partial void duckdb_data_chunk_reset(nint chunk);

    [LibraryImport(Library)]
    public static partial ulong duckdb_data_chunk_get_size(nint chunk);

    [LibraryImport(Library)]
    public static partial void duckdb_data_chunk_set_size(nint chunk, ulong size);

    [LibraryImport(Library)]
    public static partial nint duckdb_data_chunk_get_vector(nint chunk, ulong column);

    [LibraryImport(Library)]
    public static partial void* duckdb_vector_get_data(nint vector);

    [LibraryImport(Library)]
    public static partial ulong* duckdb_vector_get_validity(nint vector);

    [LibraryImport(Library)]
    public static partial void duckdb_vector_ensure_validity_writable(nint vector);

    [LibraryImport(Library)]
    public static partial void duckdb_vector_assign_string_element_len(nint vector, ulong row, byte* text, ulong length);

    [LibraryImport(Library)]
    public static partial nint duckdb_vector_get_column_type(nint vector);

    [LibraryImport(Library)]
    public static partial DuckDbType duckdb_get_type_id(nint type);

    [LibraryImport(Library)]
    public static partial nint duckdb_list_vector_get_child(nint vector);

    [LibraryImport(Library)]
    public static partial ulong duckdb_list_vector_get_size(nint vector);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int duckdb_appender_create_ext(DuckDbConnectionHandle connection, string? catalog, string? schema, string table, out nint appender);

    [LibraryImport(Library)]
    public static partial byte* duckdb_appender_error(nint appender);

    [LibraryImport(Library)]
    public static partial int duckdb_append_data_chunk(DuckDbAppenderHandle appender, nint chunk);

    [LibraryImport(Library)]
    public static partial int duckdb_appender_flush(DuckDbAppenderHandle appender);

    [LibraryImport(Library)]
    public static partial int duckdb_appender_destroy(ref nint appender);
}
