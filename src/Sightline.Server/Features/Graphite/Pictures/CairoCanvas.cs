using System.Runtime.InteropServices;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A picture as PNG, by the system's libcairo.</summary>
internal sealed partial class CairoCanvas : ICanvas, IDisposable
{
    public const string Library = "libcairo.so.2";

    private readonly nint _surface;
    private readonly nint _cairo;

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="letters">Of texts.</param>
    /// <param name="library">Must be there.</param>
    /// <exception cref="GraphiteException">There is no libcairo.</exception>
    public CairoCanvas(int width, int height, Letters letters, string library)
    {
        if (!NativeLibrary.TryLoad(library, out _))
        {
            throw new GraphiteException("PNG pictures need libcairo on the server (Debian: apt-get install libcairo2); format=svg needs nothing");
        }

        _surface = cairo_image_surface_create(0, width, height);
        _cairo = cairo_create(_surface);
        cairo_select_font_face(_cairo, letters.Family.Length > 0 ? Letters.Clean(letters.Family) : "sans-serif", letters.IsItalic ? 1 : 0, letters.IsBold ? 1 : 0);
        cairo_set_line_join(_cairo, 1);
    }

    public void Fill(IReadOnlyList<(double X, double Y)> points, Ink ink)
    {
        Path(points, ink);
        cairo_close_path(_cairo);
        cairo_fill(_cairo);
    }

    public void Line(IReadOnlyList<(double X, double Y)> points, Ink ink, double width, double? dash)
    {
        Path(points, ink);
        cairo_set_line_width(_cairo, width);
        cairo_set_dash(_cairo, [dash ?? 0], dash is > 0 ? 1 : 0, 0);
        cairo_stroke(_cairo);
    }

    public void Text(double x, double y, string text, Ink ink, double size, Anchor anchor, bool upwards = false)
    {
        Source(ink);
        var width = Width(text, size);
        var before = anchor switch { Anchor.Start => 0, Anchor.Middle => width / 2, _ => width };
        cairo_save(_cairo);
        cairo_move_to(_cairo, upwards ? x : x - before, upwards ? y + before : y);
        if (upwards)
        {
            cairo_rotate(_cairo, -Math.PI / 2);
        }

        cairo_show_text(_cairo, Letters.Clean(text));
        cairo_restore(_cairo);
    }

    public double Width(string text, double size)
    {
        cairo_set_font_size(_cairo, size);
        cairo_text_extents(_cairo, Letters.Clean(text), out var extents);
        return extents.Advance;
    }

    public byte[] ToPng()
    {
        var output = new MemoryStream();
        Write write = (_, data, length) =>
        {
            var bytes = new byte[length];
            Marshal.Copy(data, bytes, 0, (int)length);
            output.Write(bytes);
            return 0;
        };
        var status = cairo_surface_write_to_png_stream(_surface, Marshal.GetFunctionPointerForDelegate(write), 0);
        GC.KeepAlive(write);
        return status == 0 ? output.ToArray() : throw new GraphiteException($"libcairo could not write the picture (status {status})");
    }

    public void Dispose()
    {
        cairo_destroy(_cairo);
        cairo_surface_destroy(_surface);
    }

    private void Path(IReadOnlyList<(double X, double Y)> points, Ink ink)
    {
        Source(ink);
        cairo_new_path(_cairo);
        foreach (var (x, y) in points)
        {
            cairo_line_to(_cairo, x, y);
        }
    }

    private void Source(Ink ink) => cairo_set_source_rgba(_cairo, ink.Red / 255.0, ink.Green / 255.0, ink.Blue / 255.0, ink.Alpha);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Write(nint closure, nint data, uint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct Extents
    {
        public double BearingX;
        public double BearingY;
        public double Width;
        public double Height;
        public double Advance;
        public double AdvanceY;
    }

    [LibraryImport(Library)]
    private static partial nint cairo_image_surface_create(int format, int width, int height);

    [LibraryImport(Library)]
    private static partial nint cairo_create(nint surface);

    [LibraryImport(Library)]
    private static partial void cairo_save(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_restore(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_rotate(nint cairo, double angle);

    [LibraryImport(Library)]
    private static partial void cairo_set_line_join(nint cairo, int join);

    [LibraryImport(Library)]
    private static partial void cairo_destroy(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_surface_destroy(nint surface);

    [LibraryImport(Library)]
    private static partial void cairo_set_source_rgba(nint cairo, double red, double green, double blue, double alpha);

    [LibraryImport(Library)]
    private static partial void cairo_new_path(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_line_to(nint cairo, double x, double y);

    [LibraryImport(Library)]
    private static partial void cairo_move_to(nint cairo, double x, double y);

    [LibraryImport(Library)]
    private static partial void cairo_close_path(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_fill(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_stroke(nint cairo);

    [LibraryImport(Library)]
    private static partial void cairo_set_line_width(nint cairo, double width);

    [LibraryImport(Library)]
    private static partial void cairo_set_dash(nint cairo, double[] dashes, int count, double offset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void cairo_select_font_face(nint cairo, string family, int slant, int weight);

    [LibraryImport(Library)]
    private static partial void cairo_set_font_size(nint cairo, double size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void cairo_text_extents(nint cairo, string text, out Extents extents);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void cairo_show_text(nint cairo, string text);

    [LibraryImport(Library)]
    private static partial int cairo_surface_write_to_png_stream(nint surface, nint write, nint closure);
}
