from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0005_contain_a_project"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="maintenancemode",
            name="maintenance_mode_known",
        ),
        migrations.AlterField(
            model_name="maintenancemode",
            name="mode",
            field=models.CharField(
                choices=[
                    ("off", "Open"),
                    ("banner", "Announced"),
                    ("readonly", "Reading only"),
                    ("locked", "Locked down"),
                ],
                default="off",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancemode",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["off", "banner", "readonly", "locked"])),
                name="maintenance_mode_known",
            ),
        ),
    ]
