"""What a person types behind `tocsin`, a file for each; one is imported when it is asked for."""
