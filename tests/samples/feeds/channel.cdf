<?xml version="1.0"?>
<CHANNEL HREF="https://paper.example/"><TITLE>Old Channel</TITLE>
  <ITEM HREF="https://paper.example/one" LASTMOD="2031-05-07T08:00:00Z"><TITLE>First</TITLE><ABSTRACT>What it says.</ABSTRACT></ITEM>
</CHANNEL>
