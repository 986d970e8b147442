return await Sightline.Server.Cli.RootVerb.RunAsync(args);
