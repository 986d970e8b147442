namespace Sightline.Store.Settings;

/// <summary>A value given for a setting cannot be: the one who gave it has to change it.</summary>
public sealed class InvalidSettingException(string message) : SettingsException(message);
